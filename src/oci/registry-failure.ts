import type { Readable } from 'node:stream'
import { Failure } from '../domain/failure.ts'
import { parseRetryAfter } from '../domain/retry-after.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse } from '../ports.ts'
import type { Access } from './access.ts'
import { loginMissing, permissionMissing, said, type Complaint } from './denial.ts'

export interface Refusal {
  /** `push of blob 1a2b3c4d5e6f to ghcr.io/octo/demo` */
  readonly doing: string
  readonly access: Access
  readonly now: Date
}

/** What to throw for an answer that is not the one hoped for: Transient when it may pass, else a Failure. Reads the body. */
export async function refusalOf(response: HttpResponse, refusal: Refusal): Promise<Failure | Transient> {
  return judge(response, await readComplaint(response), refusal)
}

/** As {@link refusalOf}, when the body was read already. */
export function judge(response: HttpResponse, complaint: Complaint, refusal: Refusal): Failure | Transient {
  const { status } = response
  const { access, doing, now } = refusal
  if (mayPass(status) || ['TOOMANYREQUESTS', 'BLOB_UPLOAD_UNKNOWN'].includes(complaint.code)) {
    const failure = new Failure(
      'REGISTRY_FAILED',
      `${doing}: the registry answered ${status}${said(complaint)}`,
      {
        hint: `${access.repository.registry} was not well for as long as we waited; run it again later.`,
      },
    )
    return new Transient(failure, parseRetryAfter(response.headers['retry-after'], now))
  }
  if (status === 401 && access.credentials.kind === 'none') return loginMissing(access)
  if (status === 401 || status === 403) return permissionMissing(access, complaint)
  return new Failure('REGISTRY_FAILED', `${doing}: the registry answered ${status}${said(complaint)}`, {
    hint: hintFor(status, complaint, access),
  })
}

/** Whether the work may go through later: 408, 429, 5xx but 501, and 416 (an upload's offset, to be asked for again). */
export function mayPass(status: number): boolean {
  return status === 408 || status === 416 || status === 429 || (status >= 500 && status !== 501)
}

/** The first error of the body, if it is one of the distribution spec; never fails but on a broken connection. */
export async function readComplaint(response: HttpResponse): Promise<Complaint> {
  const text = (await readAtMost(response.body, 64 * 1024)).toString()
  const [, code = ''] = /"code"\s*:\s*"([A-Z_]{1,40})"/.exec(text) ?? []
  const message = messageIn(text)
  return { code, message }
}

/** The body's first bytes, whatever their number; what comes after `limit` is not read. */
export async function readAtMost(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
    chunks.push(bytes)
    length += bytes.length
    if (length > limit) break
  }
  return Buffer.concat(chunks)
}

function messageIn(text: string): string {
  try {
    const { errors } = JSON.parse(text) as { errors?: readonly { message?: unknown }[] }
    const message = errors?.[0]?.message
    return typeof message === 'string' ? oneLine(message) : ''
  } catch {
    return ''
  }
}

function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 199)}…` : line
}

function hintFor(status: number, { code }: Complaint, { repository }: Access): string {
  if (code === 'NAME_INVALID') return `${repository.registry} does not accept the name ${repository.path}.`
  if (code === 'NAME_UNKNOWN')
    return `Create the repository ${repository.path} on ${repository.registry} first.`
  if (status === 413)
    return 'The registry, or a proxy before it, limits the size of a request; have the limit raised.'
  if (status === 404) return `Is ${repository.registry} a container registry, and the name right?`
  return 'The registry does not take what was sent; its own log may say why.'
}
