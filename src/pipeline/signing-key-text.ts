import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { otherThanFile } from '../domain/other-than-file.ts'
import type { World } from '../ports.ts'

const hints = {
  'signing-key':
    'Give the text that melange keygen writes (it begins with -----BEGIN RSA PRIVATE KEY-----), whole, as a secret.',
  'cosign-key':
    'Give the whole text of the key file that `cosign generate-key-pair` wrote, or of a PEM private key, as a secret.',
} as const

/**
 * The key that an input holds, masked: PEM text, or the path of its file (relative to the workspace), which is hidden from
 * builds. Fails with KEY_INVALID; the value is never told.
 */
export async function readKeyInput(
  name: keyof typeof hints,
  value: string | undefined,
  { machine, secrets }: Pick<World, 'machine' | 'secrets'>,
): Promise<string | undefined> {
  if (value === undefined) return undefined
  const isText = value.includes('-----BEGIN') || value.includes('\n') || value.length > 1024
  const pem = isText ? value : await readKeyFile(name, resolve(machine.workspace, value))
  if (!isText) secrets.hideFile(resolve(machine.workspace, value))
  secrets.mask(pem)
  return pem
}

async function readKeyFile(name: keyof typeof hints, file: string): Promise<string> {
  const other = await otherThanFile(file)
  if (other === 'a folder') {
    throw new Failure('KEY_INVALID', `input "${name}" is the path of a folder, not of a file`, {
      hint: hints[name],
    })
  }
  return readFile(file, 'utf8').catch(() => {
    throw new Failure(
      'KEY_INVALID',
      `input "${name}" is neither a PEM text nor the path of a file that can be read`,
      {
        hint: hints[name],
      },
    )
  })
}
