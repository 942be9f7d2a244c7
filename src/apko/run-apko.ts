import type { Ports } from '../ports.ts'
import { explainFailure } from './apko-failure.ts'
import { readApkoLog, untilRepeated } from './apko-log.ts'
import type { ImagesRequest, ImageWish } from './image-request.ts'
import { packagesFolder } from './local-repository.ts'
import { findMissingIndexes } from './missing-index.ts'
import type { Workbench } from './workbench.ts'

export interface ApkoRun {
  readonly workbench: Workbench
  readonly ports: Pick<Ports, 'log' | 'processes'>
  readonly args: readonly string[]
  /** Of its fold in the log. */
  readonly title: string
}

/** Runs apko for an image in the workbench. Fails with what {@link explainFailure} makes of its log. */
export async function runApko(
  { file, architectures }: ImageWish,
  { apko, options, sourceDateEpoch }: ImagesRequest,
  { workbench, ports, args, title }: ApkoRun,
): Promise<void> {
  const lines: string[] = []
  const track = ports.log.track(title)
  const onLine = untilRepeated(line => {
    lines.push(line)
    track.line(line)
  })
  const epoch = sourceDateEpoch === undefined ? {} : { SOURCE_DATE_EPOCH: String(sourceDateEpoch) }
  const env = { TMPDIR: workbench.temp, ...epoch }
  const { code } = await ports.processes
    .run({ tool: apko.path, args, cwd: workbench.folder, env, onLine })
    .finally(() => track.end())
  if (code === 0) return
  const repositories = [
    ...file.repositories,
    ...file.buildRepositories,
    ...options.repositories,
    ...options.buildRepositories,
    ...(args.includes(packagesFolder) ? [packagesFolder] : []),
  ]
  const missing = await findMissingIndexes([...new Set(repositories)], architectures, workbench.folder)
  throw explainFailure({ file, apko, code, log: readApkoLog(lines), missing })
}
