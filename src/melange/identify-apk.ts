import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { firstMember } from '../domain/gzip-member.ts'
import { findEntryIn } from './apk-archive.ts'
import { LegProblem } from './leg-problem.ts'

/** What an apk is, whoever signed it (apk-tools, package format v2). */
export interface ApkIdentity {
  readonly name: string
  readonly version: string
  readonly arch: string
  /** As an index has it: `Q1` and the SHA-1 of the control part in base64. The control part holds the SHA-256 of the data. */
  readonly checksum: string
}

/** Control parts and signatures are small; one that unpacks to more is none. */
const mostControl = 64 * 1024 * 1024
const looks = { first: 256 * 1024, last: 2 * mostControl }

/**
 * Reads an apk to its end and proves that its data is what its control part says. Throws LegProblem when it is not, or no apk.
 */
export async function identifyApk(file: string): Promise<ApkIdentity> {
  const { control, dataStart } = await splitApk(file)
  const info = await findEntryIn(Readable.from([control]), name => name === '.PKGINFO').catch(() => undefined)
  const value = (key: string): string => new RegExp(`^${key} = (.*)$`, 'm').exec(info?.text ?? '')?.[1] ?? ''
  const hash = createHash('sha256')
  await pipeline(createReadStream(file, { start: dataStart }), hash)
  if (hash.digest('hex') !== value('datahash')) {
    throw new LegProblem('was altered: its data is not what its control part says')
  }
  return {
    name: value('pkgname'),
    version: value('pkgver'),
    arch: value('arch'),
    checksum: `Q1${createHash('sha1').update(control).digest('base64')}`,
  }
}

interface ApkParts {
  /** Bytes of the control member, as they are in the file. */
  readonly control: Buffer
  /** Where the data begins. */
  readonly dataStart: number
}

async function splitApk(path: string): Promise<ApkParts> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    for (let look = looks.first; ; look *= 4) {
      const parts = partsOf(await readStart(file, Math.min(look, size)))
      if (parts !== undefined) return parts
      if (look >= Math.min(size, looks.last)) throw new LegProblem('is no apk')
    }
  } finally {
    await file.close()
  }
}

async function readStart(file: FileHandle, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
  return buffer.subarray(0, bytesRead)
}

/** The parts, when the beginning of the file is long enough to tell; a signature before them is left out. */
function partsOf(start: Buffer): ApkParts | undefined {
  try {
    const first = firstMember(start, mostControl)
    const isSignature = first.content.toString('latin1', 0, 6) === '.SIGN.'
    if (!isSignature) return { control: start.subarray(0, first.length), dataStart: first.length }
    const second = firstMember(start.subarray(first.length), mostControl)
    const dataStart = first.length + second.length
    return { control: start.subarray(first.length, dataStart), dataStart }
  } catch {
    return undefined
  }
}
