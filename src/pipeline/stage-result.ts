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
}

/** Writes the record and makes outputs and summary from it. */
export async function concludeRun(
  record: BuildRecord,
  { output, table }: { output: string; table: Readonly<Record<string, Output>> },
): Promise<StageResult> {
  await writeRecord(record, output)
  return { outputs: outputsOf(table, { record, output }), summary: summaryOf(record) }
}
