import { Failure } from '../domain/failure.ts'
import { placeOf, type Access } from './access.ts'
import { findCure } from './denial-cures.ts'
import type { Complaint } from './complaint.ts'

/** No login was at hand, and the registry wants one. */
export function loginMissing(access: Access): Failure {
  const { registry } = access.repository
  return new Failure(
    'REGISTRY_DENIED',
    `${registry} asks who you are, and no login for it was given or found`,
    {
      hint: loginAdvice(access),
    },
  )
}

function loginAdvice({ repository: { registry }, wish }: Access): string {
  const before = `log in to ${registry} before (docker/login-action in a workflow, docker login ${registry} elsewhere)`
  return registry === 'ghcr.io'
    ? `Give the input token (in a workflow: token: \${{ github.token }}, with "packages: ${levelOf(wish)}" in the job's permissions), or ${before}.`
    : `Give the inputs username and token, or ${before}.`
}

/** The login was not accepted at all; or no longer, when it was `accepted` before in this run. */
export function loginRefused(access: Access, complaint: Complaint, accepted = false): Failure {
  const { registry } = access.repository
  const who = access.credentials.kind === 'password' ? ` of "${access.credentials.username}"` : ''
  const otherwise =
    registry === 'ghcr.io'
      ? 'The token is expired, mistyped or of another kind: ghcr.io takes the token of the job (github.token) and classic personal access tokens with the scope write:packages.'
      : 'The password or token is expired, mistyped or for another registry.'
  const cure = findCure(access, complaint)?.cure(access)
  const does = accepted ? 'no longer accepts' : 'does not accept'
  return new Failure('REGISTRY_DENIED', `${registry} ${does} the login${who}${said(complaint)}`, {
    hint: accepted
      ? `It was accepted before in this run, and may have ended meanwhile. ${cure ?? renewal(access)}`
      : (cure ?? otherwise),
  })
}

function renewal({ repository: { registry }, wish }: Access): string {
  return registry === 'ghcr.io'
    ? "The job's own token (github.token) lasts as long as the job; a personal one may have expired or been revoked."
    : `Log in right before this step, with a password or token that lasts longer than the job. If it is still good, it may have lost the right to ${wish}.`
}

/** The login, or the lack of one, does not allow this. `hint` where more is known than the words of the registry. */
export function permissionMissing(access: Access, complaint: Complaint, hint?: string): Failure {
  const place = placeOf(access)
  const doing = access.wish === 'push' ? `push to ${place}` : `pull from ${place}`
  const who = access.credentials.kind === 'none' ? 'a run without a login' : 'the login'
  const cure = access.credentials.kind === 'none' ? loginAdvice(access) : cureOf(access, complaint)
  return new Failure('REGISTRY_DENIED', `${who} may not ${doing}${said(complaint)}`, { hint: hint ?? cure })
}

/** Text after a message: `: permission_denied: create_package`. */
export function said({ code, message }: Complaint): string {
  const text = message === '' || message.toUpperCase() === code ? code : message
  return text === '' ? '' : `: ${text}`
}

function cureOf(access: Access, complaint: Complaint): string {
  const { repository, wish } = access
  const known = findCure(access, complaint)
  if (known !== undefined) return known.cure(access)
  if (repository.registry === 'ghcr.io') {
    return `Add "packages: ${levelOf(wish)}" to the job's permissions; a personal token needs the scope ${levelOf(wish)}:packages and access to the package.`
  }
  return `Let the owner of ${formatOwner(repository.path)} on ${repository.registry} give this login the right to ${wish}.`
}

function levelOf(wish: Access['wish']): 'write' | 'read' {
  return wish === 'push' ? 'write' : 'read'
}

function formatOwner(path: string): string {
  return path.split('/')[0] ?? path
}
