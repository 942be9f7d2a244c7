import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Finished, Ports } from '../ports.ts'
import { buildArguments, foldersOf } from './build-arguments.ts'
import { explainBuild } from './build-failure.ts'
import { titleOf, type BuildJob } from './build-request.ts'
import { openBuildWatch, type BuildWatch } from './build-watch.ts'
import { fileFailure } from './file-failure.ts'
import { shownLine } from './melange-lines.ts'
import { removeTree } from './remove-tree.ts'
import { apksIn } from './repository-index.ts'
import { copySource } from './source-copy.ts'
import { sweep } from './sweep.ts'

/**
 * Builds one file for one architecture from its own copy of the source folder, and answers the absolute paths of the apks, still
 * in the build's own place. `hasRepository`: what was built before is there to be used. What melange leaves is swept,
 * whatever happens. Fails with what {@link explainBuild} finds, with DISK_FULL, CANCELLED or TOOL_MISSING.
 */
export async function buildPackage(
  job: BuildJob,
  hasRepository: boolean,
  ports: Pick<Ports, 'processes' | 'http' | 'log'>,
): Promise<readonly string[]> {
  await prepare(job)
  const watch = openBuildWatch()
  let finished: Finished | undefined
  try {
    finished = await runMelange(job, buildArguments(job, hasRepository), { watch, ports })
  } finally {
    await cleanUp(job, watch, { pid: finished?.pid, ports })
  }
  if (finished.code !== 0) throw explainBuild(job, watch, finished.code)
  return collect(job)
}

async function prepare({ request, file, place }: BuildJob): Promise<void> {
  const folders = foldersOf(place)
  const { repository, scratch, key, options } = request
  const exclude = [...options.exclude, repository, scratch, dirname(key.privateKey)]
  try {
    for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true })
    await copySource(options.sourceDir ?? file.folder, folders.source, exclude)
  } catch (error) {
    throw fileFailure(error, `copying the source folder of ${file.file}`)
  }
}

interface Run {
  readonly watch: BuildWatch
  readonly ports: Pick<Ports, 'processes' | 'http' | 'log'>
}

async function runMelange(job: BuildJob, args: readonly string[], { watch, ports }: Run): Promise<Finished> {
  const { request, place } = job
  const { melange, machine, runner, sourceDateEpoch } = request
  const track = ports.log.track(`melange ${titleOf(job)}`)
  try {
    return await ports.processes.run({
      tool: melange.path,
      args,
      cwd: machine.workspace,
      env: {
        TMPDIR: foldersOf(place).temp,
        ...(runner === 'docker' && { DOCKER_HOST: machine.dockerHost }),
        ...(sourceDateEpoch !== undefined && { SOURCE_DATE_EPOCH: String(sourceDateEpoch) }),
      },
      onLine(line) {
        watch.take(line)
        track.line(shownLine(line))
      },
    })
  } finally {
    track.end()
  }
}

async function cleanUp(
  { request, place }: BuildJob,
  watch: BuildWatch,
  { pid, ports }: { pid: number | undefined; ports: Pick<Ports, 'http' | 'log'> },
): Promise<void> {
  const { temp, source, cache } = foldersOf(place)
  const dockerHost = request.runner === 'docker' ? request.machine.dockerHost : undefined
  await sweep({ temp, dockerHost, watch, pid }, ports)
  for (const folder of [source, cache]) await removeTree(folder)
}

async function collect(job: BuildJob): Promise<readonly string[]> {
  const apks = await apksIn(join(foldersOf(job.place).out, job.architecture.apk))
  if (apks.length > 0) return apks
  throw new Failure('PACKAGE_FAILED', `melange ended well but left no package of ${titleOf(job)}`, {
    at: job.file.placeOf(['package']),
  })
}
