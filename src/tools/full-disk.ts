import { Failure } from '../domain/failure.ts'

/** Does work that writes into `folder`; a full disk or quota is told as DISK_FULL. */
export async function watchDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw cause
    throw new Failure('DISK_FULL', `no space left in ${folder}`, {
      hint: 'Make room there, or name another folder in RUNNER_TOOL_CACHE.',
      cause,
    })
  }
}
