import type { TarEntry } from './tar.ts'

const types: Readonly<Record<string, TarEntry['type']>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'folder',
}

/** Entries of a tar in memory: ustar, GNU's long names and PAX paths. Devices and the like are left out. */
export function* readTar(tar: Buffer): Generator<TarEntry> {
  let longName: string | undefined
  let longLink: string | undefined
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0;) {
    const head = tar.subarray(at, at + 512)
    const size = octal(head, 124, 12)
    const data = tar.subarray(at + 512, at + 512 + size)
    const flag = String.fromCharCode(head[156] ?? 0)
    at += 512 + Math.ceil(size / 512) * 512
    if (flag === 'L') longName = text(data, 0, size)
    else if (flag === 'K') longLink = text(data, 0, size)
    else if (flag === 'x') {
      longName = paxValue(data, 'path') ?? longName
      longLink = paxValue(data, 'linkpath') ?? longLink
    } else {
      const type = types[flag]
      const name = (longName ?? ustarName(head)).replace(/^\.\//, '').replace(/\/$/, '')
      const link = longLink ?? text(head, 157, 100)
      const facts = { mode: octal(head, 100, 8) & 0o7777, mtime: octal(head, 136, 12) }
      longName = undefined
      longLink = undefined
      if (type && name && name !== '.') yield { name, type, link, data, ...facts }
    }
  }
}

function ustarName(head: Buffer): string {
  const prefix = text(head, 257, 6) === 'ustar' ? text(head, 345, 155) : ''
  return (prefix && `${prefix}/`) + text(head, 0, 100)
}

function text(bytes: Buffer, at: number, length: number): string {
  const field = bytes.subarray(at, at + length)
  const end = field.indexOf(0)
  return field.toString('utf8', 0, end === -1 ? field.length : end)
}

function octal(head: Buffer, at: number, length: number): number {
  return Number.parseInt(text(head, at, length), 8) || 0
}

function paxValue(records: Buffer, key: string): string | undefined {
  for (let at = 0; at < records.length;) {
    const length = Number.parseInt(records.toString('latin1', at, at + 20), 10)
    if (!(length > 0)) return undefined
    const record = records.toString('utf8', at, at + length - 1)
    const [name, value] = record.slice(record.indexOf(' ') + 1).split(/=(.*)/s)
    if (name === key) return value
    at += length
  }
  return undefined
}
