import { access, constants, stat } from 'node:fs/promises'
import { Failure } from '../domain/failure.ts'
import { sha256OfFile } from '../domain/file-digest.ts'
import type { ToolName } from '../domain/tool.ts'

/**
 * sha256 (hex) of a binary that the user names by its path. Fails with TOOL_MISSING when there is no such file,
 * TOOL_UNSUITED when it is not executable, CHECKSUM_MISMATCH when it is not the expected one.
 */
export async function hashOwnBinary(
  name: ToolName,
  path: string,
  expected: string | undefined,
): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isFile()) {
    throw new Failure('TOOL_MISSING', `${name}-version names ${path}, where there is no file`, {
      hint: 'A path is relative to the workspace. For a release give its version without a slash.',
    })
  }
  await access(path, constants.X_OK).catch((cause: unknown) => {
    throw new Failure('TOOL_UNSUITED', `${path} is not executable`, { hint: `chmod +x ${path}`, cause })
  })
  const sha256 = await sha256OfFile(path)
  if (expected !== undefined && expected !== sha256) {
    throw new Failure('CHECKSUM_MISMATCH', `${path} has sha256 ${sha256}; expected: ${expected}`, {
      hint: `Correct ${name}-sha256, which for a path is that of the binary itself, or the file.`,
    })
  }
  return sha256
}
