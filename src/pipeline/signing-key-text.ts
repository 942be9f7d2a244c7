import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'

export interface SigningKeyText {
  readonly pem: string
  /** Absolute path of the file it came from; builds must not see it. */
  readonly file?: string
}

/** The key that the input "signing-key" holds: PEM text, or the path of its file (relative to the workspace). */
export async function readSigningKey(
  value: string | undefined,
  workspace: string,
): Promise<SigningKeyText | undefined> {
  if (value === undefined) return undefined
  if (value.includes('-----BEGIN') || value.includes('\n') || value.length > 1024) return { pem: value }
  const file = resolve(workspace, value)
  const pem = await readFile(file, 'utf8').catch(() => {
    throw new Failure(
      'KEY_INVALID',
      'input "signing-key" is neither a PEM text nor the path of a file that can be read',
      {
        hint: 'Give the text that melange keygen writes (it begins with -----BEGIN RSA PRIVATE KEY-----), whole, as a secret.',
      },
    )
  })
  return { pem, file }
}
