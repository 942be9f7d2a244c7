import { Failure } from '../domain/failure.ts'

/** An error of the file system below a folder that the input `packages` names, as PACKAGES_INVALID; anything else as it is. */
export function unreadable(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error
  const place = 'path' in error && typeof error.path === 'string' ? error.path : path
  return new Failure(
    'PACKAGES_INVALID',
    `input "packages": cannot read ${place}: ${why(String(error.code))}`,
    {
      cause: error,
      hint: 'Name the folder of the output "packages" of a package step; this user must be able to read all that is in it.',
    },
  )
}

function why(code: string): string {
  if (code === 'EACCES' || code === 'EPERM') return 'no permission'
  return code === 'ENOENT' ? 'it is not there' : code
}
