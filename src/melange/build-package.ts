import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Finished, Ports } from '../ports.ts'
import { buildArguments, foldersOf } from './build-arguments.ts'
import { explainBuild } from './build-failure.ts'
import { titleOf, type BuildJob } from './build-request.ts'
import { openBuildWatch, type BuildWatch } from './build-watch.ts'
import { withFreshDownloads } from './damaged-downloads.ts'
import { fileFailure } from './file-failure.ts'
import { shownLine } from './melange-lines.ts'
import { removeTree } from './remove-tree.ts'
import { apksIn } from './repository-index.ts'
import type { Sandbox } from './sandbox-choice.ts'
import { copySource } from './source-copy.ts'
import { sweep } from './sweep.ts'
import { openWorkbench, workbenchOf } from './workbench.ts'

type BuildPorts = Pick<Ports, 'processes' | 'http' | 'log'>

/**
 * Builds one file for one architecture from its own copy of the source folder, and answers the absolute paths of the apks, still
 * in the build's own place. What melange leaves is swept, whatever happens. Fails with what {@link explainBuild} finds, with
 * DISK_FULL, CANCELLED or TOOL_MISSING, and where there is no sandbox. Where earlier downloads are damaged, it builds once more
 * with fresh ones.
 */
export async function buildPackage(job: BuildJob, ports: BuildPorts): Promise<readonly string[]> {
  try {
    return await buildOnce(job, ports)
  } catch (error) {
    const again = withFreshDownloads(job, error)
    if (again === undefined) throw error
    ports.log.warning(
      `${titleOf(job)} is built once more: what ${job.request.options.apkCacheDir} keeps of packages is damaged, and downloaded anew`,
    )
    return buildOnce(again, ports)
  }
}

async function buildOnce(job: BuildJob, ports: BuildPorts): Promise<readonly string[]> {
  const runner = await job.request.sandbox()
  const track = ports.log.track(`melange ${titleOf(job)}`)
  const watch = openBuildWatch()
  let finished: Finished | undefined
  try {
    const cwd = await prepareFolders(job)
    const onLine = (line: string): void => {
      watch.take(line)
      track.line(shownLine(line))
    }
    finished = await runMelange({ job, runner, cwd }, onLine, ports)
  } finally {
    await cleanUp(job, { watch, runner, pid: finished?.pid }, ports)
    track.end()
  }
  if (finished.code !== 0) throw explainBuild(job, watch, finished.code)
  return collect(job)
}

/** Lays out the folders of a build, with a copy of the source folder, and answers the folder that melange runs in. */
export async function prepareFolders(job: BuildJob): Promise<string> {
  const { request, file, place } = job
  const folders = foldersOf(place)
  const { repository, scratch, key, options } = request
  const exclude = [...options.exclude, repository, scratch, dirname(key.privateKey), key.privateKey]
  try {
    for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true })
    await copySource(options.sourceDir ?? file.folder, folders.source, exclude)
    return await openWorkbench(job)
  } catch (error) {
    throw fileFailure(error, `copying the source folder of ${file.file}`)
  }
}

function runMelange(
  { job, runner, cwd }: { readonly job: BuildJob; readonly runner: Sandbox; readonly cwd: string },
  onLine: (line: string) => void,
  { processes }: BuildPorts,
): Promise<Finished> {
  const { melange, machine, sourceDateEpoch } = job.request
  return processes.run({
    tool: melange.path,
    args: buildArguments(job, runner),
    cwd,
    env: {
      TMPDIR: foldersOf(job.place).temp,
      ...(runner === 'docker' && { DOCKER_HOST: machine.dockerHost }),
      ...(sourceDateEpoch !== undefined && { SOURCE_DATE_EPOCH: String(sourceDateEpoch) }),
    },
    onLine,
  })
}

/** Removes what a build needed and left; its packages stay. */
export async function cleanUp(
  job: BuildJob,
  left: { readonly watch: BuildWatch; readonly runner: Sandbox; readonly pid: number | undefined },
  ports: BuildPorts,
): Promise<void> {
  const { request, place } = job
  const { temp, source, cache } = foldersOf(place)
  const dockerHost = left.runner === 'docker' ? request.machine.dockerHost : undefined
  await sweep({ temp, dockerHost, watch: left.watch, pid: left.pid }, ports)
  for (const folder of [source, cache, workbenchOf(job)]) if (folder !== undefined) await removeTree(folder)
}

async function collect(job: BuildJob): Promise<readonly string[]> {
  const apks = await apksIn(join(foldersOf(job.place).out, job.architecture.apk))
  if (apks.length > 0) return apks
  throw new Failure('PACKAGE_FAILED', `melange ended well but left no package of ${titleOf(job)}`, {
    at: job.file.placeOf(['package']),
  })
}
