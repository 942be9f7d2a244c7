import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { architectures } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { LegFolder } from './find-repositories.ts'
import { identifyApk } from './identify-apk.ts'
import { LegProblem } from './leg-problem.ts'
import { unreadable } from './unreadable-packages.ts'
import { readSignedIndex, type IndexedApk } from './read-signed-index.ts'

/** An apk of a leg that is what the leg's signed index says. */
export interface VerifiedApk extends IndexedApk {
  readonly leg: LegFolder
  /** Folder that it lies in: `x86_64`. */
  readonly lane: string
  /** Absolute path. */
  readonly path: string
}

const indexName = 'APKINDEX.tar.gz'
const hint =
  'Hand over the whole folder of the output "packages" of a package step, as it is, its public key inside.'

/**
 * The apks of a leg, each proven to be what an index says that the leg's own key has signed; nothing lies there that no index names. Fails
 * with PACKAGES_INVALID for everything that is wrong.
 */
export async function verifyRepository(leg: LegFolder): Promise<readonly VerifiedApk[]> {
  const found: Failure[] = []
  const verified: VerifiedApk[] = []
  const entries = await readdir(leg.folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      throw unreadable(error, leg.folder)
    },
  )
  const paths = entries
    .filter(each => !each.isDirectory())
    .map(each => join(each.parentPath, each.name))
    .toSorted()
  const indexes = paths.filter(path => basename(path) === indexName)
  const apks = new Set(paths.filter(path => path.endsWith('.apk')))
  for (const index of indexes) {
    const folder = dirname(index)
    const indexed = await attempt(found, { leg, path: index }, () => readIndex(leg, index))
    for (const apk of indexed ?? []) {
      const path = join(folder, `${apk.name}-${apk.version}.apk`)
      apks.delete(path)
      const proven = await attempt(found, { leg, path }, () => proveApk(path, apk))
      if (proven !== undefined) verified.push({ ...proven, leg, lane: basename(folder), path })
    }
    // What an index names that proves nothing is not told file by file.
    if (indexed === undefined) for (const path of apks) if (dirname(path) === folder) apks.delete(path)
  }
  for (const path of apks) found.push(failure({ leg, path }, 'is named by no index'))
  if (indexes.length === 0)
    found.push(failure({ leg, path: join(leg.folder, '*', indexName) }, 'is not there'))
  throwIfAny(found)
  return verified
}

async function readIndex({ folder }: LegFolder, index: string): Promise<readonly IndexedApk[]> {
  const lane = relative(folder, dirname(index))
  if (!architectures.some(({ apk }) => apk === lane))
    throw new LegProblem('lies in no folder of an architecture')
  const apks = await readSignedIndex(index, folder)
  const other = apks.find(({ arch }) => arch !== lane && arch !== 'noarch')
  if (other !== undefined) throw new LegProblem(`names ${other.name}, which is for ${other.arch}`)
  const known = new Set<string>()
  for (const { name, version } of apks) {
    const title = `${name}-${version}`
    if (known.has(title)) throw new LegProblem(`names ${title} twice`)
    known.add(title)
  }
  return apks
}

async function proveApk(path: string, indexed: IndexedApk): Promise<IndexedApk> {
  const status = await lstat(path).catch(() => undefined)
  if (status === undefined) throw new LegProblem('is named by the index, but is not there')
  if (!status.isFile()) throw new LegProblem('is no plain file')
  if (status.size !== indexed.size) {
    throw new LegProblem(`was altered: it has ${status.size} bytes, the index says ${indexed.size}`)
  }
  const { name, version, arch, checksum } = await identifyApk(path)
  if (checksum !== indexed.checksum) {
    throw new LegProblem('was altered: its control part is not the one that the index names')
  }
  if (name !== indexed.name || version !== indexed.version || arch !== indexed.arch) {
    throw new LegProblem(`says that it is ${name} ${version} for ${arch}`)
  }
  return indexed
}

interface Place {
  readonly leg: LegFolder
  /** Absolute path. */
  readonly path: string
}

async function attempt<T>(found: Failure[], place: Place, body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body()
  } catch (error) {
    const told = error instanceof LegProblem ? failure(place, error.message) : unreadable(error, place.path)
    if (!(told instanceof Failure)) throw told
    found.push(told)
    return undefined
  }
}

function failure({ leg: { title, folder }, path }: Place, what: string): Failure {
  const file = join(title, relative(folder, path))
  return new Failure('PACKAGES_INVALID', `input "packages": ${file} ${what}`, { hint })
}
