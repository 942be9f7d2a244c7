import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { otherThanFile } from '../domain/other-than-file.ts'
import { unreadable } from './unreadable-packages.ts'
import { isRecord } from './yaml-value.ts'

/** A repository of another step or job, as it was handed over. */
export interface LegFolder {
  /** How the user named it, or found below what was named. */
  readonly title: string
  /** Absolute path. */
  readonly folder: string
}

export interface FoundRepositories {
  /** Each once, in the order of the lines, those below a folder by name. */
  readonly legs: readonly LegFolder[]
  /** Lines with no repository, neither in the folder nor right below it. */
  readonly empty: readonly string[]
}

/**
 * The repositories that folders are, or have right below them, as actions/download-artifact lays out several artifacts. Fails with
 * PACKAGES_INVALID for what cannot be read; what vanishes meanwhile is passed over.
 */
export async function findRepositories(
  folders: readonly string[],
  workspace: string,
): Promise<FoundRepositories> {
  const legs = new Map<string, LegFolder>()
  const empty: string[] = []
  for (const named of folders) {
    const found = await repositoriesAt({ title: named, folder: resolve(workspace, named) })
    if (found.length === 0) empty.push(named)
    for (const leg of found) {
      const real = await realpath(leg.folder).catch((error: unknown) => passOver(error, leg.folder))
      if (real === undefined) continue
      if (!legs.has(real)) legs.set(real, leg)
    }
  }
  return { legs: [...legs.values()], empty }
}

/** Whether a repository lies where a `package` step left it: beside the record that names it. */
export async function isLeftInPlace({ folder }: LegFolder): Promise<boolean> {
  const file = join(dirname(folder), 'giropops.json')
  if ((await otherThanFile(file)) !== undefined) return false
  const record = await readFile(file, 'utf8')
    .then(text => JSON.parse(text) as unknown)
    .catch(() => undefined)
  const packages = isRecord(record) ? record['packages'] : undefined
  return isRecord(packages) && packages['folder'] === basename(folder)
}

async function repositoriesAt(place: LegFolder): Promise<readonly LegFolder[]> {
  if (await isRepository(place.folder)) return [place]
  const below = await foldersIn(place.folder)
  const found: LegFolder[] = []
  for (const name of below.toSorted()) {
    const leg = { title: join(place.title, name), folder: join(place.folder, name) }
    if (await isRepository(leg.folder)) found.push(leg)
  }
  return found
}

/** Whether a folder has a public key, or packages or an index right below one of its folders; one that lacks the others is damaged. */
async function isRepository(folder: string): Promise<boolean> {
  const names = await namesIn(folder)
  if (names.some(name => name.endsWith('.rsa.pub'))) return true
  for (const name of await foldersIn(folder)) {
    const inside = await namesIn(join(folder, name))
    if (inside.some(each => each.endsWith('.apk') || each === 'APKINDEX.tar.gz')) return true
  }
  return false
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const names = await namesIn(folder)
  const found = await Promise.all(
    names.map(async name => {
      const path = join(folder, name)
      const status = await stat(path).catch((error: unknown) => passOver(error, path))
      return status?.isDirectory() ? [name] : []
    }),
  )
  return found.flat()
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch((error: unknown) => passOver(error, folder))) ?? []
}

/** What is gone by the time it is looked at, or leads nowhere. */
const gone = new Set(['ENOENT', 'ENOTDIR', 'ESRCH', 'ELOOP'])

function passOver(error: unknown, path: string): undefined {
  if (error instanceof Error && 'code' in error && gone.has(String(error.code))) return undefined
  throw unreadable(error, path)
}
