import { Failure } from '../domain/failure.ts'

const words: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'it is no folder',
  EROFS: 'the file system is read-only',
}

/**
 * What to throw for an error of the file system while we were `doing` something: DISK_FULL, or PACKAGE_FAILED with the path.
 * Anything else is passed through.
 */
export function fileFailure(error: unknown, doing: string): unknown {
  if (!(error instanceof Error) || error instanceof Failure) return error
  const { code = '', path } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Failure('DISK_FULL', `no space left on the disk while ${doing}`, {
      cause: error,
      hint: 'Free space, or put "output" and the temporary folder on a larger disk.',
    })
  }
  const reason = words[code]
  if (reason === undefined) return error
  return new Failure('PACKAGE_FAILED', `${reason} while ${doing}: ${path ?? ''}`, { cause: error })
}
