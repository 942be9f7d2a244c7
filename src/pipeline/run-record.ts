import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildRecord, RunOfRecord, StageTime, ToolOfRecord } from '../domain/build-record.ts'
import type { RunContext } from '../domain/run-context.ts'
import type { World } from '../ports.ts'

export const recordFile = 'giropops.json'

/** Measures the stages of a run; the record is made of that and of what they brought about. */
export interface RunRecorder {
  readonly startedAt: Date
  /** Runs a stage as one fold of the log, and keeps its time. */
  stage<T>(name: string, body: () => Promise<T>): Promise<T>
  /** The same for a stage whose work runs side by side, each part a fold of its own. */
  wideStage<T>(name: string, body: () => Promise<T>): Promise<T>
  /** The record; `results` are what the stages brought about. */
  record(results: RunResults): BuildRecord
}

export type RunResults = Pick<
  BuildRecord,
  'parameters' | 'files' | 'packages' | 'graph' | 'images' | 'release'
> & {
  readonly tools: readonly ToolOfRecord[]
}

export function openRecorder({
  clock,
  log,
  context,
  version,
}: Pick<World, 'clock' | 'log' | 'context' | 'version'>): RunRecorder {
  const startedAt = clock.now()
  const stages: StageTime[] = []
  const secondsSince = (start: Date): number => (clock.now().getTime() - start.getTime()) / 1000
  const wideStage = async <T>(name: string, body: () => Promise<T>): Promise<T> => {
    const start = clock.now()
    const result = await body()
    stages.push({ stage: name, seconds: secondsSince(start) })
    return result
  }
  return {
    startedAt,
    wideStage,
    stage: (name, body) => wideStage(name, () => log.group(name, body)),
    record: results => ({
      $schema: 'https://github.com/org/giropops-build/schema/giropops.schema.json',
      giropops: version,
      startedAt: startedAt.toISOString(),
      seconds: secondsSince(startedAt),
      run: runOf(context),
      stages: [...stages],
      ...results,
      tools: results.tools.map(({ name, version: which, sha256, source }) => ({
        name,
        version: which,
        sha256,
        source,
      })),
    }),
  }
}

/** Writes `<output>/giropops.json` in one rename. */
export async function writeRecord(record: BuildRecord, output: string): Promise<void> {
  await mkdir(output, { recursive: true })
  const file = join(output, recordFile)
  await writeFile(`${file}.new`, `${JSON.stringify(record, null, 2)}\n`)
  await rename(`${file}.new`, file)
}

function runOf({ repository, commit, ref, event, url }: RunContext): RunOfRecord {
  const known = Object.entries({ repository, commit, ref, event, url }).filter(
    ([, value]) => value !== undefined,
  )
  return Object.fromEntries(known)
}
