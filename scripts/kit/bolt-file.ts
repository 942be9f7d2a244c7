/** A bucket of a BoltDB file: names to values, or to further buckets. */
export interface BoltBucket {
  readonly [name: string]: string | BoltBucket
}

const pageSize = 4096
const pageHead = 16
const elementHead = 16
const flags = { leaf: 0x02, meta: 0x04, freelist: 0x10 } as const

/**
 * A BoltDB file (go.etcd.io/bbolt, version 2 of its format) with these buckets: each is one leaf, as long as it needs to be. Enough
 * for a small database that is only read.
 */
export function writeBolt(root: BoltBucket): Buffer {
  const pages: Buffer[] = []
  let next = 4
  /** Writes a bucket after those in it, and answers the number of its page. */
  const write = (bucket: BoltBucket): bigint => {
    const entries = Object.entries(bucket)
      .map(([name, value]) => ({
        key: Buffer.from(name),
        isBucket: typeof value !== 'string',
        value: typeof value === 'string' ? Buffer.from(value) : bucketHead(write(value)),
      }))
      .toSorted((one, other) => one.key.compare(other.key))
    const page = leafPage(next, entries)
    pages.push(page)
    const id = next
    next += page.length / pageSize
    return BigInt(id)
  }
  const rootPage = write(root)
  const freelist = emptyPage(2, flags.freelist)
  const unused = emptyPage(3, flags.leaf)
  const metas = [0, 1].map(id => metaPage(id, { root: rootPage, end: BigInt(next) }))
  return Buffer.concat([...metas, freelist, unused, ...pages])
}

interface Entry {
  readonly key: Buffer
  readonly value: Buffer
  readonly isBucket: boolean
}

function leafPage(id: number, entries: readonly Entry[]): Buffer {
  const data = entries.reduce((sum, { key, value }) => sum + elementHead + key.length + value.length, 0)
  const size = Math.ceil((pageHead + data) / pageSize)
  const page = Buffer.alloc(size * pageSize)
  writePageHead(page, { id, flag: flags.leaf, count: entries.length, overflow: size - 1 })
  let at = pageHead + entries.length * elementHead
  for (const [index, { key, value, isBucket }] of entries.entries()) {
    const element = pageHead + index * elementHead
    page.writeUInt32LE(isBucket ? 1 : 0, element)
    page.writeUInt32LE(at - element, element + 4)
    page.writeUInt32LE(key.length, element + 8)
    page.writeUInt32LE(value.length, element + 12)
    key.copy(page, at)
    value.copy(page, at + key.length)
    at += key.length + value.length
  }
  return page
}

function metaPage(id: number, { root, end }: { readonly root: bigint; readonly end: bigint }): Buffer {
  const page = emptyPage(id, flags.meta)
  const meta = page.subarray(pageHead, pageHead + 64)
  meta.writeUInt32LE(0xed0cdaed, 0)
  meta.writeUInt32LE(2, 4)
  meta.writeUInt32LE(pageSize, 8)
  meta.writeBigUInt64LE(root, 16)
  meta.writeBigUInt64LE(2n, 32)
  meta.writeBigUInt64LE(end, 40)
  meta.writeBigUInt64LE(BigInt(id), 48)
  meta.writeBigUInt64LE(fnv1a(meta.subarray(0, 56)), 56)
  return page
}

function emptyPage(id: number, flag: number): Buffer {
  const page = Buffer.alloc(pageSize)
  writePageHead(page, { id, flag, count: 0, overflow: 0 })
  return page
}

function writePageHead(
  page: Buffer,
  head: { id: number; flag: number; count: number; overflow: number },
): void {
  page.writeBigUInt64LE(BigInt(head.id), 0)
  page.writeUInt16LE(head.flag, 8)
  page.writeUInt16LE(head.count, 10)
  page.writeUInt32LE(head.overflow, 12)
}

function bucketHead(root: bigint): Buffer {
  const head = Buffer.alloc(16)
  head.writeBigUInt64LE(root, 0)
  return head
}

/** FNV-1a, 64 bits. */
function fnv1a(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}
