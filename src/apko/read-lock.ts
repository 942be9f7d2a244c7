import { readFile } from 'node:fs/promises'
import type { Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { LockWish } from '../domain/lock.ts'
import { otherThanFile } from '../domain/other-than-file.ts'
import type { ApkoFile } from './apko-file.ts'
import { lineOfPackage, parseLock, type Lock } from './lock-file.ts'
import { packageNameOf } from './package-name.ts'

/** What a lock has to fit. */
export interface LockedImage {
  readonly file: Pick<ApkoFile, 'file' | 'checksum'>
  readonly architectures: readonly Architecture[]
  /** Packages that inputs add: `busybox`, `busybox=1.36.1-r2`. */
  readonly packages: readonly string[]
}

/**
 * Reads the lock that an image is to be built by. Fails with LOCK_INVALID when it is missing, no file that can be read, or mangled, LOCK_STALE when it was
 * made for another text of the apko file, or lacks a platform or a package that is added.
 */
export async function readLock({ path, file, mode }: LockWish, image: LockedImage): Promise<Lock> {
  await refuseOtherThanLock({ path, file })
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') {
      throw unreadable(file, code === 'EACCES' ? 'no permission' : String(cause), cause)
    }
    throw new Failure('LOCK_INVALID', `there is no lock ${file} for ${image.file.file}`, {
      cause,
      hint: 'Write it with the input "lockfile: update", and commit it.',
    })
  })
  const carriage = text.split('\n').findIndex(line => line.endsWith('\r'))
  if (mode === 'frozen' && carriage >= 0) {
    throw new Failure(
      'LOCK_INVALID',
      `the lock ${file} has other line ends (CRLF) than it was written with`,
      {
        at: { file, line: carriage + 1 },
        hint: 'Have git leave it as it is: "*.lock.json -text" in .gitattributes; then check it out again.',
      },
    )
  }
  const lock = parseLock(text, file)
  throwIfAny(staleness(lock, image, { file, text }))
  return lock
}

/** Fails with LOCK_INVALID when something else than a file stands where a lock is read or written: a folder, a pipe, … */
export async function refuseOtherThanLock({ path, file }: Pick<LockWish, 'path' | 'file'>): Promise<void> {
  const other = await otherThanFile(path)
  if (other !== undefined) throw unreadable(file, `it is ${other}`)
}

function unreadable(file: string, why: string, cause?: unknown): Failure {
  return new Failure('LOCK_INVALID', `cannot read the lock ${file}: ${why}`, {
    cause,
    hint: 'Have a file that this user can read there, or name another with the input "lockfile".',
  })
}

function staleness(
  lock: Lock,
  { file, architectures, packages }: LockedImage,
  { file: name, text }: { readonly file: string; readonly text: string },
): readonly Failure[] {
  const found: Failure[] = []
  const stale = (why: string, line = 1): void => {
    const message = `the lock ${name} is out of date: ${why}`
    found.push(new Failure('LOCK_STALE', message, { at: { file: name, line }, hint: updateHint }))
  }
  if (lock.checksum === undefined) stale(`it does not say which text of ${file.file} it was made for`)
  else if (file.checksum !== undefined && file.checksum !== lock.checksum) {
    const line = text.split('\n').findIndex(each => each.includes(lock.checksum ?? '')) + 1
    stale(`${file.file}, or what it includes, was changed since`, line)
  }
  for (const { platform } of architectures) {
    const locked = lock.packages.filter(({ architecture }) => architecture.platform === platform)
    if (locked.length === 0) stale(`it has no packages for ${platform}`)
  }
  for (const entry of packages) {
    const [asked, exact] = [packageNameOf(entry), /^[^=<>~]+=([^=<>~@]+)/.exec(entry.trim())?.[1]]
    const locked = lock.packages.filter(each => each.name === asked)
    const other = locked.find(({ version }) => exact !== undefined && version !== exact)
    if (other !== undefined)
      stale(`"${entry}" is asked for, it has ${other.version}`, lineOfPackage(text, asked))
  }
  return found
}

/** What to do about a lock that is out of date. */
export const updateHint =
  'Run once with the input "lockfile: update", look at the difference, and commit the lock.'
