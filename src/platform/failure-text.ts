import { Failure } from '../domain/failure.ts'
import { Failures } from '../domain/failures.ts'

/** Every failure in what was thrown: our own as they are, a full disk as DISK_FULL, a forbidden file as INPUT_INVALID, and nothing of a bug. */
export function failuresOf(error: unknown): readonly Failure[] {
  if (error instanceof Failures) return error.all
  if (error instanceof Failure) return [error]
  const disk = diskFailure(error)
  return disk === undefined ? [] : [disk]
}

/** What people read: message, hint, and the code to search for. */
export function failureText(failure: Failure): string {
  const hint = failure.hint === undefined ? '' : `\n${failure.hint}`
  return `${failure.message}${hint}\n(${failure.code})`
}

/** What is printed for a bug of ours: its stack. */
export function bugText(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return `This is a bug in giropops-build; please report it with these lines.\n${stack}`
}

/** The chain of causes below a failure, for the debug log. */
export function causesOf(failure: Failure): readonly string[] {
  const causes: string[] = []
  for (let cause = failure.cause; cause instanceof Error && causes.length < 8; cause = cause.cause) {
    causes.push(`caused by ${cause.name}: ${cause.message}`)
  }
  return causes
}

const diskCauses: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
}

const forbidden: Readonly<Record<string, string>> = {
  EROFS: 'the file system is read-only',
  EACCES: 'no permission',
}

function diskFailure(error: unknown): Failure | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  const code = String(error.code)
  const path = 'path' in error && typeof error.path === 'string' ? error.path : 'a file'
  if (forbidden[code] !== undefined) {
    return new Failure('INPUT_INVALID', `cannot use ${path}: ${forbidden[code]}`, {
      cause: error,
      hint: 'Let this user read and write there, or name other folders: in RUNNER_TEMP or TMPDIR, and with the input "output".',
    })
  }
  if (diskCauses[code] === undefined) return undefined
  return new Failure('DISK_FULL', `cannot write ${path}: ${diskCauses[code]}`, {
    cause: error,
    hint: 'Free some space, or name another folder with the input "output" (RUNNER_TEMP and TMPDIR are used as well).',
  })
}
