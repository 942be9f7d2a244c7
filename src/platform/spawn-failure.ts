import { existsSync } from 'node:fs'
import { Failure } from '../domain/failure.ts'

/** What to throw when a program could not be started: `code` is the system's (`ENOENT`), `cause` the error that told it. */
export function spawnFailure(tool: string, code: string, cause: unknown): Failure {
  const isPath = tool.includes('/')
  if (code === 'ENOENT' && !(isPath && existsSync(tool))) {
    const message = isPath ? `there is no program ${tool}` : `there is no program "${tool}" on PATH`
    return new Failure('TOOL_MISSING', message, {
      hint: isPath ? 'Correct the path.' : `Install ${tool}, or add its folder to PATH.`,
      cause,
    })
  }
  return new Failure('TOOL_UNSUITED', `cannot start ${tool}: ${reasons[code] ?? code}`, {
    hint: `Take a build of it that is made for ${process.platform} on ${process.arch}, and executable.`,
    cause,
  })
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'the loader or library that it is linked with is not on this machine',
  EACCES: 'it is not executable',
  ENOEXEC: 'exec format error, it is made for another kind of machine',
  EISDIR: 'it is a folder',
}
