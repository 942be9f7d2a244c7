import { constants } from 'node:fs'
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Ports } from '../ports.ts'
import { readPackage } from './package-info.ts'
import { sha256OfFile } from '../domain/file-digest.ts'
import { manifestFile, readManifest, writtenManifest, type StoredPackage } from './store-manifest.ts'
import { sweepStore } from './store-sweep.ts'

/** Packages that were built before, by content key. Never fails a run: what can't be read is a miss, what can't be kept is told. */
export interface PackageStore {
  /**
   * Copies the packages of a key into `folder`, which is there, and answers their absolute paths. They are whole and what was
   * kept; their signature is of the run that built them. undefined when there are none, or they are damaged.
   */
  find(key: string, folder: string): Promise<readonly string[] | undefined>
  /** Keeps copies of built apks, once: what another run kept in the meantime stays. */
  keep(key: string, apks: readonly string[]): Promise<void>
  /** Whether there is nothing in it yet. */
  isEmpty(): Promise<boolean>
}

export interface StoreSetting {
  /** Absolute path; made when it is needed. */
  readonly folder: string
  /** Bytes of all packages, above which the least recently used go. */
  readonly most: number
}

/** A store in a folder: `<key>/manifest.json` beside the apks. Entries come in one rename and never change. Several runs may use it. */
export function openFolderStore(
  { folder, most }: StoreSetting,
  { log, clock }: Pick<Ports, 'log' | 'clock'>,
): PackageStore {
  const fresh = join(folder, '.fresh')
  let told = false

  const isOurs = async (): Promise<boolean> => {
    const found = await lstat(folder).catch(() => undefined)
    if (found === undefined) return true
    const safe = found.isDirectory() && (found.mode & 0o002) === 0
    if (!safe && !told) log.warning(`the package store ${folder} is left alone: everybody may write to it`)
    told ||= !safe
    return safe
  }
  const discard = async (key: string): Promise<void> => {
    await mkdir(fresh, { recursive: true, mode: 0o700 })
    const aside = await mkdtemp(join(fresh, 'old-'))
    await rename(join(folder, key), join(aside, key)).catch(() => {})
    await rm(aside, { recursive: true, force: true })
  }
  const take = async (key: string, target: string): Promise<readonly string[] | undefined> => {
    const entry = join(folder, key)
    if ((await lstat(entry).catch(() => undefined)) === undefined) return undefined
    const taken: string[] = []
    try {
      const packages = await readManifest(entry, key)
      for (const each of packages) {
        const copy = join(target, each.file)
        taken.push(copy)
        // First the copy, then the look: nobody can change it in between.
        await copyFile(join(entry, each.file), copy, constants.COPYFILE_FICLONE)
        await chmod(copy, 0o644)
        await checkCopy(copy, each)
      }
      const now = clock.now()
      await utimes(join(entry, manifestFile), now, now).catch(() => {})
      return taken
    } catch (error) {
      for (const copy of taken) await rm(copy, { force: true })
      if (isGone(error) && (await lstat(entry).catch(() => undefined)) === undefined) return undefined
      throw error
    }
  }
  const store = async (key: string, apks: readonly string[]): Promise<void> => {
    await mkdir(fresh, { recursive: true, mode: 0o700 })
    const made = await mkdtemp(join(fresh, 'new-'))
    try {
      const packages: StoredPackage[] = []
      for (const apk of apks) {
        const copy = join(made, basename(apk))
        await copyFile(apk, copy, constants.COPYFILE_FICLONE)
        const { name, version, arch, sha256, size } = await readPackage(copy)
        packages.push({ file: basename(apk), name, version, arch, sha256, size })
      }
      await writeFile(join(made, manifestFile), writtenManifest(key, packages))
      await rename(made, join(folder, key)).catch((error: NodeJS.ErrnoException) => {
        if (!['ENOTEMPTY', 'EEXIST'].includes(error.code ?? '')) throw error
      })
    } finally {
      await rm(made, { recursive: true, force: true })
    }
  }

  return {
    async isEmpty() {
      const names = await readdir(folder).catch(() => [])
      return names.every(name => name === basename(fresh))
    },
    async find(key, target) {
      if (!(await isOurs())) return undefined
      try {
        return await take(key, target)
      } catch (error) {
        log.warning(`a stored package is damaged and built anew: ${reason(error)} (${key.slice(0, 12)})`)
        await discard(key).catch(() => {})
        return undefined
      }
    },
    async keep(key, apks) {
      if (!(await isOurs())) return
      try {
        await store(key, apks)
        await sweepStore(folder, most, clock.now())
      } catch (error) {
        log.warning(`cannot keep built packages in ${folder}: ${reason(error)}`)
      }
    },
  }
}

async function checkCopy(copy: string, kept: StoredPackage): Promise<void> {
  const { size } = await lstat(copy)
  if (size !== kept.size) throw new Error(`${kept.file} has ${size} bytes, ${kept.size} were kept`)
  if ((await sha256OfFile(copy)) !== kept.sha256) throw new Error(`${kept.file} is not what was kept`)
  const { name, version, arch } = await readPackage(copy)
  if (name !== kept.name || version !== kept.version || arch !== kept.arch) {
    throw new Error(`${kept.file} is ${name} ${version} ${arch}`)
  }
}

function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
