import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { firstMember } from '../domain/gzip-member.ts'
import { findEntryIn } from './apk-archive.ts'
import { LegProblem } from './leg-problem.ts'

/** What an index says of an apk (apk-tools, APKINDEX). */
export interface IndexedApk {
  readonly name: string
  readonly version: string
  /** apk's name; `noarch` too. */
  readonly arch: string
  /** `Q1` and the SHA-1 of the control part in base64. */
  readonly checksum: string
  /** Bytes of the whole file. */
  readonly size: number
}

const signature = /^\.SIGN\.RSA256\.(?<key>[A-Za-z0-9_.@-]+\.rsa\.pub)$/
const leastBits = 2048
/** No signature and no index holds more. */
const most = { signature: 64 * 1024, index: 256 * 1024 * 1024 }

/**
 * Reads an index that is signed with a public key in `keys`, RSA with SHA-256 over all that follows the signature. Nothing outside of the signed
 * part is looked at. Throws LegProblem for anything else.
 */
export async function readSignedIndex(file: string, keys: string): Promise<readonly IndexedApk[]> {
  if (!(await lstat(file)).isFile()) throw new LegProblem('is no plain file')
  const bytes = await readFile(file)
  const { length, content } = partOf(() => firstMember(bytes, most.signature))
  const { name, data } = await onlyEntry(content)
  const keyName = signature.exec(name)?.groups?.['key']
  if (keyName === undefined) throw new LegProblem(unsigned(name))
  const key = await readKey(join(keys, keyName), keyName)
  const signed = bytes.subarray(length)
  if (!verify('RSA-SHA256', signed, key, data)) {
    throw new LegProblem(`is not signed with the key ${keyName} that lies beside it`)
  }
  return parseIndex(await indexText(signed))
}

function unsigned(name: string): string {
  if (name.startsWith('.SIGN.RSA.')) return 'is signed in the older form (SHA-1), which proves nothing'
  return name.startsWith('.SIGN.') ? `has a signature of an unknown kind (${name})` : 'is not signed'
}

async function readKey(file: string, name: string): Promise<KeyObject> {
  const status = await lstat(file).catch(() => undefined)
  if (status?.isFile() === false) throw new LegProblem(`cannot be verified: ${name} is no plain file`)
  const text = status && (await readFile(file, 'utf8').catch(() => undefined))
  if (text === undefined) throw new LegProblem(`is signed with the key ${name}, which does not lie beside it`)
  const key = partOf(() => createPublicKey(text), `cannot be verified: ${name} is no public key`)
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType === 'rsa' && bits >= leastBits) return key
  throw new LegProblem(`cannot be verified: ${name} is no RSA key of ${leastBits} bits or more`)
}

/** The entry of the signature's archive: more than one would be read as part of the index, though nobody signed it. */
async function onlyEntry(tar: Buffer): Promise<{ name: string; data: Buffer }> {
  const found: { name: string; data: Buffer }[] = []
  const entries = extract()
  Readable.from([tar]).pipe(entries)
  try {
    for await (const entry of entries) {
      found.push({ name: entry.header.name, data: await buffer(entry) })
    }
  } catch {
    throw new LegProblem('is no index of apk')
  }
  const [first, ...others] = found
  if (first === undefined) throw new LegProblem('is no index of apk')
  if (first.name.startsWith('.SIGN.') && others.length > 0) {
    throw new LegProblem(`has more than a signature where its signature is: ${others[0]?.name}`)
  }
  return first
}

async function indexText(signed: Buffer): Promise<string> {
  const found = await findEntryIn(Readable.from([signed]), name => name === 'APKINDEX').catch(() => undefined)
  if (found === undefined || found.text.length > most.index) throw new LegProblem('holds no APKINDEX')
  return found.text
}

function parseIndex(text: string): readonly IndexedApk[] {
  return text
    .split('\n\n')
    .filter(stanza => stanza.trim() !== '')
    .map(stanza => {
      const field = (letter: string): string =>
        new RegExp(`^${letter}:(.*)$`, 'm').exec(stanza)?.[1]?.trim() ?? ''
      const apk = {
        name: field('P'),
        version: field('V'),
        arch: field('A'),
        checksum: field('C'),
        size: Number(field('S')),
      }
      const isPlain = /^[A-Za-z0-9][\w+.-]*$/.test(apk.name) && /^[A-Za-z0-9][\w+.~-]*$/.test(apk.version)
      if (!isPlain || !apk.checksum.startsWith('Q1')) {
        throw new LegProblem(`has an entry that is none: ${JSON.stringify(stanza.slice(0, 80))}`)
      }
      return apk
    })
}

function partOf<T>(read: () => T, otherwise = 'is no index of apk'): T {
  try {
    return read()
  } catch {
    throw new LegProblem(otherwise)
  }
}
