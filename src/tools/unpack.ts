import { createReadStream } from 'node:fs'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { Failure } from '../domain/failure.ts'
import { bytesOf } from './bytes.ts'
import { watchDisk } from './full-disk.ts'
import { titleOf, topOf, type Release } from './release.ts'

/**
 * Unpacks a tarball into `folder` (made here), without the one folder that everything in it is below, where
 * there is one. Fails with ARCHIVE_INVALID, and leaves nothing, when it holds anything but regular files below that folder, when the tool is not
 * among them, or when it is damaged; DISK_FULL.
 */
export async function unpackTarball(tarball: string, release: Release, folder: string): Promise<void> {
  try {
    await watchDisk(folder, () => unpack(tarball, release, folder))
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function unpack(tarball: string, release: Release, folder: string): Promise<void> {
  await mkdir(folder)
  const written = new Set<string>()
  const entries = extract()
  let writing = Promise.resolve()
  entries.on('entry', (header, content, next) => {
    // An error of the archive ends the entry too, also one that nobody reads any more.
    content.on('error', () => {})
    writing = writeEntry({ header, content, written }, release, folder)
    void passOn(writing, next)
  })
  try {
    await pipeline(createReadStream(tarball), createGunzip(), entries)
    await writing
  } catch (cause) {
    // A write that failed ends the archive too, with an error that says less.
    await writing.catch((error: unknown) => {
      if (!isDamage(error)) throw error
    })
    throw isDamage(cause) ? invalid(release, `is damaged (${cause.message})`, cause) : cause
  }
  if (!written.has(release.name)) throw invalid(release, `holds no ${release.name}`)
  await chmod(join(folder, release.name), 0o755)
}

async function passOn(work: Promise<void>, next: (error?: Error | null) => void): Promise<void> {
  try {
    await work
    next()
  } catch (error) {
    next(error instanceof Error ? error : new Error(String(error)))
  }
}

interface TarEntry {
  readonly header: Header
  readonly content: AsyncIterable<unknown>
  /** Paths that the archive had so far. */
  readonly written: Set<string>
}

async function writeEntry(
  { header, content, written }: TarEntry,
  release: Release,
  folder: string,
): Promise<void> {
  const path = safePath(header, release)
  if (path === '') return
  if (written.has(path)) throw invalid(release, `holds ${JSON.stringify(path)} twice`)
  written.add(path)
  const target = join(folder, path)
  await mkdir(dirname(target), { recursive: true })
  await writeFile(target, bytesOf(content), { flag: 'wx', mode: 0o644 })
}

/** Path below the tarball's one folder; empty for a folder. Anything that is not a plain file or could lead out is refused. */
function safePath({ name, type }: Header, release: Release): string {
  const top = topOf(release)
  const folder = type === 'directory'
  const full = folder && !name.endsWith('/') ? `${name}/` : name
  if (!folder && type !== 'file') throw invalid(release, `holds ${JSON.stringify(name)}, a ${type}`)
  const path = full.slice(top.length)
  const steps = path.split('/').slice(0, folder ? -1 : undefined)
  if (!full.startsWith(top) || steps.some(step => ['', '.', '..'].includes(step)) || name.includes('\0')) {
    throw invalid(release, `holds ${JSON.stringify(name)}, which is not below ${top || 'its top'}`)
  }
  return folder ? '' : path
}

/** Errors of gzip and tar. */
function isDamage(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof Failure) return false
  const code = 'code' in error ? String(error.code) : ''
  return code === '' || code.startsWith('Z_') || code.startsWith('ERR_')
}

function invalid(release: Release, what: string, cause?: unknown): Failure {
  return new Failure('ARCHIVE_INVALID', `the tarball of ${titleOf(release)} ${what}`, {
    hint: `Nothing of it was kept. Its sha256 is the expected one, so ask whoever made it, or take another ${release.name}-version.`,
    cause,
  })
}
