import { Failure } from '../domain/failure.ts'
import { parseRetryAfter } from '../domain/retry-after.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse } from '../ports.ts'
import type { Access } from './access.ts'
import { readComplaint, type Complaint } from './complaint.ts'
import { findCure, isEnded } from './denial-cures.ts'
import { loginMissing, loginRefused, permissionMissing, said } from './denial.ts'

export interface Refusal {
  /** `push of blob 1a2b3c4d5e6f to ghcr.io/octo/demo` */
  readonly doing: string
  readonly access: Access
  readonly now: Date
  /** Whether the registry took the login before. */
  readonly accepted?: boolean
}

/** What to throw for an answer that is not the one hoped for: Transient when it may pass, else a Failure. Reads the body. */
export async function refusalOf(response: HttpResponse, refusal: Refusal): Promise<Failure | Transient> {
  return judge(response, await readComplaint(response), refusal)
}

/** As {@link refusalOf}, when the body was read already. */
export function judge(response: HttpResponse, complaint: Complaint, refusal: Refusal): Failure | Transient {
  const { status } = response
  const { access, doing, now, accepted = false } = refusal
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
  if (status === 401 || status === 403) {
    const known = findCure(access, complaint)
    const isOver = known === undefined ? status === 401 && accepted : isEnded(known)
    if (isOver && access.credentials.kind !== 'none') return loginRefused(access, complaint, accepted)
    return permissionMissing(access, complaint)
  }
  return new Failure('REGISTRY_FAILED', `${doing}: the registry answered ${status}${said(complaint)}`, {
    hint: hintFor(status, complaint, access),
  })
}

/** Whether the work may go through later: 408, 429, 5xx but 501, and 416 (an upload's offset, to be asked for again). */
export function mayPass(status: number): boolean {
  return status === 408 || status === 416 || status === 429 || (status >= 500 && status !== 501)
}

function hintFor(status: number, complaint: Complaint, access: Access): string {
  const { repository } = access
  const { code } = complaint
  if (code === 'NAME_INVALID') return `${repository.registry} does not accept the name ${repository.path}.`
  if (code === 'NAME_UNKNOWN') {
    return `Create the repository ${repository.path} on ${repository.registry} first: it does not make repositories by itself.`
  }
  const known = status === 400 || status === 404 ? findCure(access, complaint) : undefined
  if (known !== undefined) return known.cure(access)
  if (status === 413)
    return 'The registry, or a proxy before it, limits the size of a request; have the limit raised.'
  if (status === 404) return `Is ${repository.registry} a container registry, and the name right?`
  return 'The registry does not take what was sent; its own log may say why.'
}
