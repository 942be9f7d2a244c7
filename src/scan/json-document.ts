import { readFile } from 'node:fs/promises'
import { Failure } from '../domain/failure.ts'

/** A JSON object of which nothing is known yet. */
export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The objects of a list; none of anything else. */
export function objectsIn(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}

/** An object, or an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

/** A text, or an empty one. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** The texts of a list that are not empty. */
export function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(each => typeof each === 'string' && each !== '') : []
}

/** Reads a report of a scanner. Fails with SCAN_FAILED when it is not there, not JSON, or has no `list` in it. */
export async function readReport(file: string, list: string, scanner: string): Promise<JsonObject> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('SCAN_FAILED', `${scanner} ended well but wrote no report`, {
      hint: `Take another version of ${scanner}.`,
      cause,
    })
  })
  const report = parseObject(text)
  if (report !== undefined && Array.isArray(report[list])) return report
  throw new Failure(
    'SCAN_FAILED',
    `${scanner} ended well but its report cannot be read: it has no "${list}"`,
    {
      hint: `Take another version of ${scanner}; its report began with ${JSON.stringify(text.slice(0, 60))}.`,
    },
  )
}

/** A JSON object; undefined when the text is anything else. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
