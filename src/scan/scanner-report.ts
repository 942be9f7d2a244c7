import { readFile } from 'node:fs/promises'
import { Failure } from '../domain/failure.ts'
import type { Tool } from '../domain/tool.ts'
import { isObject, parseObject, textOf, type JsonObject } from './json-document.ts'

/** What a report lacks, as `matches[0] has no vulnerability.id`: it is of another shape than we read. */
export class UnreadableReport extends Error {}

export interface ReportPlace {
  readonly tool: Pick<Tool, 'name' | 'version'>
  /** What the scanner did, in words: `scan of linux/amd64 in senhas`. */
  readonly doing: string
  readonly file: string
  /** Key of the list that it must have. */
  readonly list: string
}

/**
 * What `read` makes of a report. Fails with SCAN_FAILED when the report is not there, not JSON, has no `list` in it, or `read`
 * throws UnreadableReport.
 */
export async function readReport<T>(place: ReportPlace, read: (report: JsonObject) => T): Promise<T> {
  const { tool, doing, file, list } = place
  const who = `${tool.name} ${tool.version}: ${doing} ended well but`
  const next = `Nothing was pushed. Take another ${tool.name}-version`
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('SCAN_FAILED', `${who} wrote no report`, { hint: `${next}.`, cause })
  })
  try {
    const report = parseObject(text)
    if (report === undefined) throw new UnreadableReport('it is no JSON object')
    if (!Array.isArray(report[list])) throw new UnreadableReport(`it has no "${list}"`)
    return read(report)
  } catch (error) {
    if (!(error instanceof UnreadableReport)) throw error
    throw new Failure('SCAN_FAILED', `${who} its report cannot be read: ${error.message}`, {
      hint: `${next}; the report began with ${JSON.stringify(text.slice(0, 60))}.`,
      cause: error,
    })
  }
}

/** The objects of a list, `where` in a report; none when it is left out or null. Throws UnreadableReport for anything else. */
export function listedObjects(value: unknown, where: string): readonly JsonObject[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new UnreadableReport(`${where} is no list`)
  return value.map((each: unknown, at) => {
    if (isObject(each)) return each
    throw new UnreadableReport(`${where}[${at}] is no object`)
  })
}

/** The texts of a list that are not empty, as {@link listedObjects}. */
export function listedTexts(value: unknown, where: string): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new UnreadableReport(`${where} is no list`)
  const texts = value.map((each: unknown, at) => {
    if (typeof each === 'string') return each
    throw new UnreadableReport(`${where}[${at}] is no text`)
  })
  return texts.filter(each => each !== '')
}

/** The text at a key; throws UnreadableReport where there is none, or an empty one. */
export function neededText(object: JsonObject, key: string, where: string): string {
  const text = textOf(object[key]).trim()
  if (text === '') throw new UnreadableReport(where)
  return text
}
