import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { LocalRepository, Package } from '../domain/package.ts'
import type { Ports } from '../ports.ts'
import { publicKeyIn, unsuitedOptions } from './build-arguments.ts'
import { buildPackage } from './build-package.ts'
import type { BuildJob, BuildRequest } from './build-request.ts'
import { fileFailure } from './file-failure.ts'
import { targetsOf, type MelangeFile } from './melange-file.ts'
import { readPackage } from './package-info.ts'
import { removeTree } from './remove-tree.ts'
import { adoptPackages, apksIn, packageNameOf } from './repository-index.ts'
import { sideBySide } from './side-by-side.ts'

type BuildPorts = Pick<Ports, 'processes' | 'http' | 'log'>

/**
 * Builds the files one after another, the architectures of each side by side, into a signed apk repository. Each architecture
 * has one index, written once after each file. A failing build does not stop the others of its file; all failures are
 * told together. Whatever happens, the repository holds whole packages and an index that lists only what is there.
 */
export async function buildPackages(request: BuildRequest, ports: BuildPorts): Promise<LocalRepository> {
  throwIfAny(unsuitedOptions(request))
  const plan = planOf(request)
  try {
    const publicKey = await openRepository(request, ports)
    const packages: Package[] = []
    for (const [file, targets] of plan) packages.push(...(await buildFile({ request, file, targets }, ports)))
    return { folder: request.repository, publicKey, packages }
  } catch (error) {
    throw fileFailure(error, 'writing the package repository')
  } finally {
    await removeTree(request.scratch)
  }
}

/** Which architectures each file is built for; everything wrong is told before anything is built. */
function planOf({ files, architectures }: BuildRequest): ReadonlyMap<MelangeFile, readonly Architecture[]> {
  const plan = new Map<MelangeFile, readonly Architecture[]>()
  const failures: Failure[] = []
  for (const file of files) {
    try {
      plan.set(file, targetsOf(file, architectures))
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      failures.push(error)
    }
  }
  throwIfAny(failures)
  return plan
}

/** Lays the public key beside the packages, and indexes anew, with our key, what lies there already. */
async function openRepository(request: BuildRequest, ports: BuildPorts): Promise<string> {
  const { repository, key, scratch, melange, architectures } = request
  await mkdir(repository, { recursive: true })
  await mkdir(scratch, { recursive: true, mode: 0o700 })
  const publicKey = publicKeyIn(request)
  await copyFile(key.publicKey, publicKey)
  await chmod(publicKey, 0o644)
  for (const { apk } of architectures) {
    await adoptPackages({ melange, key, folder: join(repository, apk), fresh: [], scratch }, ports)
  }
  return publicKey
}

interface FileBuild {
  readonly request: BuildRequest
  readonly file: MelangeFile
  readonly targets: readonly Architecture[]
}

async function buildFile(
  { request, file, targets }: FileBuild,
  ports: BuildPorts,
): Promise<readonly Package[]> {
  const order = request.files.indexOf(file)
  // melange records the repositories it was given: what a run before this one left must not change the packages.
  const yetToCome = new Set(
    request.files.slice(order).flatMap(({ name, subpackages }) => [name, ...subpackages]),
  )
  const jobs: BuildJob[] = []
  for (const architecture of targets) {
    const place = join(request.scratch, `${order}-${architecture.apk}`)
    const known = await apksIn(join(request.repository, architecture.apk))
    const hasRepository = known.some(apk => !yetToCome.has(packageNameOf(apk)))
    jobs.push({ request, file, architecture, place, hasRepository })
  }
  const results = await sideBySide(jobs, request.jobs, job => buildPackage(job, ports))
  const built = jobs.flatMap((job, index) => {
    const result = results[index]
    return result?.status === 'fulfilled' ? [{ job, fresh: result.value }] : []
  })
  const taken = await sideBySide(built, 1, ({ job, fresh }) => takeIn(job, fresh, ports))
  throwFailures([...results, ...taken])
  return taken.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
}

async function takeIn(
  job: BuildJob,
  fresh: readonly string[],
  ports: BuildPorts,
): Promise<readonly Package[]> {
  const { request, architecture, place } = job
  const packages = await Promise.all(fresh.map(readPackage))
  const folder = join(request.repository, architecture.apk)
  await adoptPackages({ melange: request.melange, key: request.key, folder, fresh, scratch: place }, ports)
  return packages
}

/** A bug of ours goes first, then the cancellation, which is no failure of the builds; else all that failed. */
function throwFailures(results: readonly PromiseSettledResult<unknown>[]): void {
  const errors = results.flatMap((result): unknown[] => (result.status === 'rejected' ? [result.reason] : []))
  const told = errors.map(error => fileFailure(error, 'writing the package repository'))
  const failures = told.filter(error => error instanceof Failure)
  const other = told.find(error => !(error instanceof Failure))
  if (other !== undefined) throw other
  const cancelled = failures.find(({ code }) => code === 'CANCELLED')
  throwIfAny(cancelled === undefined ? failures : [cancelled])
}
