import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { userInfo } from 'node:os'

/**
 * Why a folder of the cache, made when it is not there, is not to be used: it cannot be read and written, or somebody else may
 * put into it what a build then takes. Undefined when it can be used. Never fails.
 */
export async function cacheShelfProblem(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const { mode, uid } = await stat(folder)
    if ((mode & 0o002) !== 0) return 'everybody may write to it'
    if (uid !== 0 && uid !== userInfo().uid) return 'it belongs to another user'
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

const reasons: Readonly<Record<string, string>> = {
  EEXIST: 'it is no folder',
  ENOTDIR: 'a part of its path is no folder',
  EACCES: 'there is no permission to use it',
  EPERM: 'there is no permission to use it',
  EROFS: 'it is on a disk that is read-only',
}

function reasonOf(error: unknown): string {
  const { code = '', message = String(error) } = error as Partial<NodeJS.ErrnoException>
  return reasons[code] ?? message
}
