import { chmod, copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildTime } from '../domain/build-time.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { LocalRepository, Package } from '../domain/package.ts'
import type { Ports } from '../ports.ts'
import { publicKeyIn, unsuitedOptions } from './build-arguments.ts'
import { titleOf, type BuildRequest } from './build-request.ts'
import { replaceDamaged } from './damaged-downloads.ts'
import { foreignPackages, foreignWarning, targetsOfNodes, worksOf, type BuildWork } from './build-works.ts'
import { fileFailure } from './file-failure.ts'
import { readPackage } from './package-info.ts'
import { removeTree } from './remove-tree.ts'
import { adoptPackages } from './repository-index.ts'
import { takeOrBuild, type PackageCache } from './take-or-build.ts'
import { workInOrder } from './work-order.ts'

type BuildPorts = Pick<Ports, 'processes' | 'http' | 'log' | 'clock'>

/** What was built, and how long each build took. */
export interface BuiltRepository extends LocalRepository {
  readonly times: readonly BuildTime[]
}

/**
 * Builds a graph into a signed apk repository: each file for each architecture as soon as all that it needs is in the index, side
 * by side. An index has one writer at a time, which takes in all that was finished meanwhile. A failing build stops what needs it, nothing
 * else; all failures are told together. Whatever happens, the repository holds whole packages and an index that lists only
 * what is there. With a cache, what was built before is taken from it and not built.
 */
export async function buildPackages(
  request: BuildRequest,
  ports: BuildPorts,
  cache?: PackageCache,
): Promise<BuiltRepository> {
  throwIfAny(unsuitedOptions(request))
  const targets = targetsOfNodes(request.graph, request.architectures)
  try {
    const publicKey = await openRepository(request, ports)
    const foreign = await foreignPackages(request)
    const warning = foreignWarning(foreign, request)
    if (warning !== undefined) ports.log.warning(warning)
    const built = await buildAll(worksOf(request, targets, foreign), { request, cache }, ports)
    return { folder: request.repository, publicKey, ...built }
  } catch (error) {
    throw fileFailure(error, 'writing the package repository')
  } finally {
    await replaceDamaged(request)
    await removeTree(request.scratch)
  }
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

async function buildAll(
  works: readonly BuildWork[],
  { request, cache }: { readonly request: BuildRequest; readonly cache: PackageCache | undefined },
  ports: BuildPorts,
): Promise<Pick<BuiltRepository, 'packages' | 'times'>> {
  const { melange, key, repository, jobs } = request
  const made = new Map<BuildWork, readonly string[]>()
  const packages = new Map<BuildWork, readonly Package[]>()
  const times: BuildTime[] = []
  const build = async (work: BuildWork): Promise<void> => {
    const { file, architecture } = work.job
    const start = ports.clock.now().getTime()
    const { apks, taken } = await takeOrBuild(work.job, cache, ports)
    const seconds = (ports.clock.now().getTime() - start) / 1000
    if (!taken) times.push({ file: file.file, arch: architecture.apk, seconds })
    const read = await Promise.all(apks.map(readPackage))
    packages.set(work, taken ? read.map(each => ({ ...each, taken })) : read)
    made.set(work, apks)
  }
  const index = (lane: string, finished: readonly BuildWork[]): Promise<void> => {
    const fresh = finished.flatMap(work => made.get(work) ?? [])
    const scratch = finished[0]?.job.place ?? ''
    return adoptPackages({ melange, key, folder: join(repository, lane), fresh, scratch }, ports)
  }
  const { errors, skipped } = await workInOrder({ works, jobs, build, index }, isEnd)
  throwEnd(errors)
  for (const [{ job }, { job: cause }] of skipped) {
    const text = `not built: ${titleOf(job)}, since it needs ${titleOf(cause)}, which failed`
    ports.log.warning(text, job.file.placeOf(['package']))
  }
  throwIfAny(errors.map(tell).filter(error => error instanceof Failure))
  return { packages: works.flatMap(work => packages.get(work) ?? []), times }
}

const tell = (error: unknown): unknown => fileFailure(error, 'writing the package repository')

/** What no other build would fare better with. */
const ends = new Set(['CANCELLED', 'SANDBOX_MISSING', 'EMULATION_MISSING'])

/** After such a failure, and after a bug of ours, nothing more is begun. */
function isEnd(error: unknown): boolean {
  const told = tell(error)
  return !(told instanceof Failure) || ends.has(told.code)
}

/** A bug of ours goes first, then what ended all builds, which is told once and is no failure of theirs. */
function throwEnd(errors: readonly unknown[]): void {
  const told = errors.map(tell).filter(isEnd)
  const first = told.find(error => !(error instanceof Failure)) ?? told[0]
  if (first !== undefined) throw first
}
