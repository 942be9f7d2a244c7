import type { Failure } from '../domain/failure.ts'
import type { BuildRecord } from '../domain/build-record.ts'
import { outputsOf, type Output } from '../report/outputs.ts'
import { summaryOf } from '../report/summary.ts'
import { writeRecord } from './run-record.ts'

/** What an action came to. */
export interface StageResult {
  /** By name. */
  readonly outputs: ReadonlyMap<string, string>
  /** The job summary, Markdown. */
  readonly summary?: string
  /** Folders that later steps find on PATH. */
  readonly paths?: readonly string[]
  /** What failed while the rest went well: told once outputs and summary were handed over. */
  readonly failures?: readonly Failure[]
}

export interface Conclusion {
  /** Absolute path of the output folder. */
  readonly output: string
  readonly table: Readonly<Record<string, Output>>
  readonly failures?: readonly Failure[]
}

/** Writes the record and makes outputs and summary from it. */
export async function concludeRun(
  record: BuildRecord,
  { output, table, failures = [] }: Conclusion,
): Promise<StageResult> {
  await writeRecord(record, output)
  return { outputs: outputsOf(table, { record, output }), summary: summaryOf(record, failures), failures }
}
