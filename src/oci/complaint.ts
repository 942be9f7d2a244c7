import { readAtMost } from '../domain/read-at-most.ts'
import type { HttpResponse } from '../ports.ts'

/** What the registry said in its error body (distribution spec, error codes). */
export interface Complaint {
  /** `DENIED`, `BLOB_UPLOAD_UNKNOWN`; empty when the body was of another kind. */
  readonly code: string
  /** One line of at most 200 characters; may be empty. */
  readonly message: string
}

/** The first error of the body, or what token services say in its place; never fails but on a broken connection. */
export async function readComplaint(response: Pick<HttpResponse, 'body'>): Promise<Complaint> {
  const text = (await readAtMost(response.body, 64 * 1024)).toString()
  const [, code = ''] = /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(text) ?? []
  return { code, message: messageIn(text) }
}

function messageIn(text: string): string {
  try {
    const body = Object(JSON.parse(text)) as Readonly<Record<string, unknown>>
    const { errors, details, message, error } = body
    const [first] = Array.isArray(errors) ? (errors as readonly { message?: unknown }[]) : []
    const found = [first?.message, details, message, error].find(each => typeof each === 'string')
    return typeof found === 'string' ? oneLine(found) : ''
  } catch {
    return ''
  }
}

function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}
