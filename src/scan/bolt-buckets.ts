import { open, type FileHandle } from 'node:fs/promises'

const pageHead = 16
const elementHead = 16
const [branch, leaf] = [0x01, 0x02]
const magic = 0xed0cdaed
/** Pages are told by their first 16 bytes; one that says it is longer is none. */
const mostBytes = 64 * 1024 * 1024

/**
 * Names of the buckets of a BoltDB file (go.etcd.io/bbolt, version 2 of its format, little endian) that have something in them.
 * Throws an Error for a file that is none. Only the pages of the root are read, not the gigabyte below them.
 */
export async function boltBuckets(path: string): Promise<ReadonlySet<string>> {
  await using file = await open(path)
  const { pageSize, root } = await readMeta(file)
  const names = new Set<string>()
  const visited = new Set<bigint>()
  const read = async (id: bigint): Promise<Page> => readPage(file, id, pageSize)
  const walk = async (id: bigint): Promise<void> => {
    if (visited.has(id)) throw new Error('its pages go in a circle')
    visited.add(id)
    const page = await read(id)
    if (page.kind === branch) {
      for (let at = 0; at < page.count; at += 1)
        await walk(page.bytes.readBigUInt64LE(pageHead + at * elementHead + 8))
      return
    }
    if (page.kind !== leaf) throw new Error('it has a page of another kind')
    for (let at = 0; at < page.count; at += 1) {
      const { bytes } = page
      const element = pageHead + at * elementHead
      const [flag, position, keySize, valueSize] = [0, 4, 8, 12].map(each =>
        bytes.readUInt32LE(element + each),
      ) as [number, number, number, number]
      if (flag !== 1) continue
      const start = element + position
      const value = bytes.subarray(start + keySize, start + keySize + valueSize)
      const below = value.readBigUInt64LE(0)
      // A small bucket has its page behind its head, in place of one of its own.
      const count = below === 0n ? value.readUInt16LE(16 + 10) : (await read(below)).count
      if (count > 0) names.add(bytes.toString('utf8', start, start + keySize))
    }
  }
  await walk(root)
  return names
}

interface Page {
  readonly kind: number
  readonly count: number
  readonly bytes: Buffer
}

async function readPage(file: FileHandle, id: bigint, pageSize: number): Promise<Page> {
  const at = Number(id) * pageSize
  const head = await readAt(file, at, pageHead)
  const size = (1 + head.readUInt32LE(12)) * pageSize
  if (head.readBigUInt64LE(0) !== id || size > mostBytes) throw new Error('it is damaged')
  const bytes = await readAt(file, at, size)
  return { kind: head.readUInt16LE(8) & (branch | leaf), count: head.readUInt16LE(10), bytes }
}

/** The younger of the two metas; the second begins with the second page. */
async function readMeta(file: FileHandle): Promise<{ readonly pageSize: number; readonly root: bigint }> {
  const first = await readAt(file, pageHead, 64)
  if (first.readUInt32LE(0) !== magic || first.readUInt32LE(4) !== 2) throw new Error('it is no BoltDB file')
  const pageSize = first.readUInt32LE(8)
  if (pageSize < 512 || pageSize > 1024 * 1024) throw new Error('it is no BoltDB file')
  const second = await readAt(file, pageSize + pageHead, 64)
  const isYounger = second.readUInt32LE(0) === magic && second.readBigUInt64LE(48) > first.readBigUInt64LE(48)
  return { pageSize, root: (isYounger ? second : first).readBigUInt64LE(16) }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  if (bytesRead < length) throw new Error('it is cut off')
  return buffer
}
