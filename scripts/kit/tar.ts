import { createHash } from 'node:crypto'
import { basename } from 'node:path'

/** What a tar may hold, as far as packages need it: a name without a leading `./`, a folder's without its last slash. */
export interface TarEntry {
  readonly name: string
  readonly type: 'file' | 'hardlink' | 'symlink' | 'folder'
  readonly mode: number
  /** Seconds since 1970. */
  readonly mtime: number
  readonly data: Buffer
  /** Where a link leads. */
  readonly link: string
}

const flags = { file: '0', hardlink: '1', symlink: '2', folder: '5' } as const
const nothing = Buffer.alloc(0)
const block = 512
/** Two empty blocks: the end of a tar. The control part of an apk has none. */
export const tarEnd = Buffer.alloc(2 * block)

/** An entry of the given name, an empty file with mode 644 unless told otherwise. */
export function tarEntry(name: string, given: Partial<TarEntry> = {}): TarEntry {
  return { name, type: 'file', mode: 0o644, mtime: 0, data: nothing, link: '', ...given }
}

/**
 * One entry in the ustar format, owned by root, with PAX records where a name is too long (POSIX.1-2008 pax).
 * `apkSum` adds apk's checksum of files and links, which installed-file records are made from.
 */
export function writeEntry(entry: TarEntry, apkSum = false): Buffer {
  const { type, mtime } = entry
  const name = type === 'folder' ? `${entry.name}/` : entry.name
  const records: string[] = []
  if (Buffer.byteLength(name) > 100) records.push(paxRecord('path', name))
  if (Buffer.byteLength(entry.link) > 100) records.push(paxRecord('linkpath', entry.link))
  const summed = type === 'file' ? entry.data : type === 'symlink' ? entry.link : undefined
  if (apkSum && summed !== undefined) {
    records.push(paxRecord('APK-TOOLS.checksum.SHA1', createHash('sha1').update(summed).digest('hex')))
  }
  const pax = Buffer.from(records.join(''))
  const paxHead = { ...tarEntry(`PaxHeaders/${basename(name)}`, { mtime }), flag: 'x', size: pax.length }
  const head = { ...entry, name, flag: flags[type], size: entry.data.length }
  return Buffer.concat([
    ...(pax.length > 0 ? [header(paxHead), padded(pax)] : []),
    header(head),
    padded(entry.data),
  ])
}

function header(entry: TarEntry & { readonly flag: string; readonly size: number }): Buffer {
  const head = Buffer.alloc(block)
  const octal = (value: number, at: number, width: number): number =>
    head.write(value.toString(8).padStart(width - 1, '0'), at)
  Buffer.from(entry.name).copy(head, 0, 0, 100)
  octal(entry.mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(entry.size, 124, 12)
  octal(entry.mtime, 136, 12)
  head.fill(' ', 148, 156)
  head.write(entry.flag, 156)
  Buffer.from(entry.link).copy(head, 157, 0, 100)
  head.write('ustar\x0000', 257)
  head.write('root', 265)
  head.write('root', 297)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return head
}

function padded(data: Buffer): Buffer {
  return Buffer.concat([data, Buffer.alloc((block - (data.length % block)) % block)])
}

/** `<length> <key>=<value>\n`, where the length counts its own digits. */
function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  const size = Buffer.byteLength(rest)
  let length = size
  while (length !== size + String(length).length) length = size + String(length).length
  return `${length}${rest}`
}
