import { readFile } from 'node:fs/promises'
import { Failure } from '../domain/failure.ts'

/**
 * Text of a secret input on a laptop: from the file that its flag names, else from the variable; empty when neither is there.
 * A file that cannot be read or is empty is INPUT_INVALID.
 */
export async function secretText(flag: {
  name: string
  file: string | undefined
  variable: string
}): Promise<string> {
  if (flag.file === undefined) return process.env[flag.variable] ?? ''
  const hint = `Give the path of a file that holds the secret, or set ${flag.variable}.`
  const text = await readFile(flag.file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new Failure('INPUT_INVALID', `--${flag.name}: its file cannot be read (${cause.code})`, { hint })
  })
  if (text.trim() === '') throw new Failure('INPUT_INVALID', `--${flag.name}: its file is empty`, { hint })
  return text
}
