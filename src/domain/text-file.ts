import { isUtf8 } from 'node:buffer'
import { readFile } from 'node:fs/promises'
import { Failure } from './failure.ts'
import { otherThanFile } from './other-than-file.ts'

/**
 * Text of a file of the user. `absolute` is where it is, `file` how messages name it.
 * Fails with CONFIG_MISSING when it can't be read, CONFIG_INVALID on the line that is not UTF-8.
 */
export async function readTextFile(absolute: string, file: string): Promise<string> {
  const other = await otherThanFile(absolute)
  if (other !== undefined) throw new Failure('CONFIG_MISSING', `cannot read ${file}: it is ${other}`)
  const bytes = await readFile(absolute).catch((cause: unknown) => {
    throw new Failure('CONFIG_MISSING', `cannot read ${file}: ${reason(cause)}`, { cause })
  })
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const at = { file, line: lineOfOther(bytes) }
  throw new Failure('CONFIG_INVALID', `${file}:${at.line}: not UTF-8`, {
    at,
    hint: 'Save the file with the encoding UTF-8.',
  })
}

/** The first line that is not UTF-8: no character of it holds the byte of a line's end. */
function lineOfOther(bytes: Buffer): number {
  let start = 0
  for (let line = 1; ; line += 1) {
    const end = bytes.indexOf(0x0a, start)
    if (end < 0 || !isUtf8(bytes.subarray(start, end))) return line
    start = end + 1
  }
}

function reason(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code
  const words: Record<string, string> = { ENOENT: 'there is no such file', EACCES: 'no permission' }
  return words[code ?? ''] ?? String(cause)
}
