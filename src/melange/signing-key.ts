import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { readPrivateKey, type KeyTexts } from './private-key.ts'
import { lastLine } from './melange-lines.ts'

export interface KeyWish {
  /** PEM text of the user's key; a throw-away key is made without it. */
  readonly pem?: string
  /** File name of the private key. apk looks for `<name>.pub`, so it is part of every signature. */
  readonly name: string
  /** Absolute path of a folder for the key alone, outside of workspace and sources; made when it is not there. */
  readonly folder: string
}

/**
 * Lays the key pair down in its folder (mode 700, files 600), which is wiped after the job.
 * Fails with KEY_INVALID when the user's key is not usable, TOOL_FAILED when melange makes none.
 */
export async function openSigningKey(
  wish: KeyWish,
  melange: Tool,
  ports: Pick<Ports, 'processes' | 'secrets'>,
): Promise<SigningKey> {
  const given = wish.pem === undefined ? undefined : checkGiven(wish.pem, ports)
  await makeFolder(wish.folder, ports)
  const privateKey = join(wish.folder, wish.name)
  const publicKey = `${privateKey}.pub`
  if (given === undefined) await generate(privateKey, melange, ports)
  else await writePair(privateKey, given)
  return { privateKey, publicKey, throwAway: given === undefined }
}

function checkGiven(pem: string, { secrets }: Pick<Ports, 'secrets'>): KeyTexts {
  secrets.mask(pem)
  const texts = readPrivateKey(pem)
  secrets.mask(texts.privateKey)
  return texts
}

async function makeFolder(folder: string, { secrets }: Pick<Ports, 'secrets'>): Promise<void> {
  await secrets.wipeLater(folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const left = await readdir(folder)
  if (left.length > 0) throw new Error(`the folder for the signing key is not fresh: ${folder}`)
}

async function writePair(privateKey: string, texts: KeyTexts): Promise<void> {
  await writeFile(privateKey, texts.privateKey, { mode: 0o600, flag: 'wx' })
  await writeFile(`${privateKey}.pub`, texts.publicKey, { mode: 0o600, flag: 'wx' })
}

/** `melange keygen` writes mode 644 whatever the umask; the folder is closed to others. */
async function generate(
  privateKey: string,
  melange: Tool,
  { processes, secrets }: Pick<Ports, 'processes' | 'secrets'>,
): Promise<void> {
  // It takes seconds; with an input, if only an empty one, a cancel ends it.
  const made = await processes.ask({
    tool: melange.path,
    args: ['keygen', privateKey],
    input: '',
    timeLimit: 5 * 60_000,
  })
  if (made.code !== 0) {
    const reason = lastLine(`${made.stdout}\n${made.stderr}`)
    throw new Failure('TOOL_FAILED', `melange keygen ended with code ${made.code}: ${reason}`)
  }
  await chmod(privateKey, 0o600)
  await chmod(`${privateKey}.pub`, 0o600)
  const texts = readPrivateKey(await readFile(privateKey, 'utf8'))
  secrets.mask(texts.privateKey)
}
