import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { tarEnd, tarEntry, writeEntry, type TarEntry } from './tar.ts'

export interface ApkFacts {
  readonly name: string
  /** As apk writes it: `3.11.2-r6`. */
  readonly version: string
  readonly description: string
  readonly origin: string
  readonly depends: readonly string[]
  readonly provides: readonly string[]
  readonly entries: readonly TarEntry[]
}

export interface Apk {
  /** `python3-3.11.2-r1.apk`. */
  readonly file: string
  readonly bytes: Buffer
  /** Its paragraph in APKINDEX, with a line break at the end. */
  readonly stanza: string
}

const compress = promisify(gzip)

/**
 * An apk (v2) without a signature of its own: a gzip of the control tar, which has no end, followed by one of the data tar.
 * The index names it by the SHA-1 of the control part, which holds the SHA-256 of the data part. Equal facts give equal bytes.
 */
export async function packApk(arch: string, facts: ApkFacts): Promise<Apk> {
  const { name, version, description, origin, depends, provides } = facts
  const entries = withFolders(facts.entries)
  const data = await compress(Buffer.concat([...entries.map(entry => writeEntry(entry, true)), tarEnd]))
  const size = entries.reduce((sum, entry) => sum + entry.data.length, 0)
  const built = Math.max(1, ...entries.map(entry => entry.mtime))
  const info: readonly (readonly [string, string | number])[] = [
    ['pkgname', name],
    ['pkgver', version],
    ['pkgdesc', description],
    ['url', homepage],
    ['builddate', built],
    ['size', size],
    ['arch', arch],
    ['origin', origin],
    ['license', licence],
    ...depends.map(other => ['depend', other] as const),
    ...provides.map(other => ['provides', other] as const),
    ['datahash', createHash('sha256').update(data).digest('hex')],
  ]
  const lines = info.map(([key, value]) => `${key} = ${value}\n`).join('')
  const control = await compress(writeEntry(tarEntry('.PKGINFO', { data: Buffer.from(lines), mtime: built })))
  const bytes = Buffer.concat([control, data])
  const stanza = [
    `C:Q1${createHash('sha1').update(control).digest('base64')}`,
    `P:${name}`,
    `V:${version}`,
    `A:${arch}`,
    `S:${bytes.length}`,
    `I:${size}`,
    `T:${description}`,
    `U:${homepage}`,
    `L:${licence}`,
    `o:${origin}`,
    `t:${built}`,
    ...(depends.length > 0 ? [`D:${depends.join(' ')}`] : []),
    ...(provides.length > 0 ? [`p:${provides.join(' ')}`] : []),
  ]
  return { file: `${name}-${version}.apk`, bytes, stanza: `${stanza.join('\n')}\n` }
}

const homepage = 'https://www.debian.org/'
const licence = 'various'

/** The entries with every folder on the way to them, once each and before what is in it. */
function withFolders(entries: readonly TarEntry[]): TarEntry[] {
  const known = new Set<string>()
  const all: TarEntry[] = []
  const addParents = (name: string): void => {
    const parent = name.split('/').slice(0, -1).join('/')
    if (!parent || known.has(parent)) return
    addParents(parent)
    known.add(parent)
    all.push(tarEntry(parent, { type: 'folder', mode: 0o755 }))
  }
  for (const entry of entries) {
    if (entry.type === 'folder' && known.has(entry.name)) continue
    addParents(entry.name)
    known.add(entry.name)
    all.push(entry)
  }
  return all
}
