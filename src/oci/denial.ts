import { Failure } from '../domain/failure.ts'
import { placeOf, type Access } from './access.ts'

/** What the registry said in its error body (distribution spec, error codes). */
export interface Complaint {
  /** `DENIED`, `BLOB_UPLOAD_UNKNOWN`; empty when the body was of another kind. */
  readonly code: string
  /** One line of at most 200 characters; may be empty. */
  readonly message: string
}

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

/** The login was not accepted at all. */
export function loginRefused(access: Access, complaint: Complaint): Failure {
  const { registry } = access.repository
  const who = access.credentials.kind === 'password' ? ` of "${access.credentials.username}"` : ''
  return new Failure('REGISTRY_DENIED', `${registry} does not accept the login${who}${said(complaint)}`, {
    hint:
      registry === 'ghcr.io'
        ? 'The token is expired, mistyped or of another kind: ghcr.io takes the token of the job (github.token) and classic personal access tokens with the scope write:packages.'
        : 'The password or token is expired, mistyped or for another registry.',
  })
}

/** The login, or the lack of one, does not allow this. */
export function permissionMissing(access: Access, complaint: Complaint): Failure {
  const place = placeOf(access)
  const doing = access.wish === 'push' ? `push to ${place}` : `pull from ${place}`
  const who = access.credentials.kind === 'none' ? 'a run without a login' : 'the login'
  return new Failure('REGISTRY_DENIED', `${who} may not ${doing}${said(complaint)}`, {
    hint: access.credentials.kind === 'none' ? loginAdvice(access) : cureOf(access, complaint.message),
  })
}

/** Text after a message: `: permission_denied: create_package`. */
export function said({ code, message }: Complaint): string {
  const text = message === '' || message.toUpperCase() === code ? code : message
  return text === '' ? '' : `: ${text}`
}

function cureOf({ repository, wish }: Access, message: string): string {
  const level = levelOf(wish)
  const permission = `Add "packages: ${level}" to the job's permissions`
  if (/create_package/.test(message)) {
    return `${permission}; a personal token needs the scope write:packages. The package does not exist yet: the owner in ${repository.path} has to be yours, and an organisation has to let its members create packages.`
  }
  if (/(?:write|read)_package/.test(message)) {
    return `${permission}. If it is there, the package belongs to another repository or was first pushed by hand: in the package's settings, under "Manage Actions access", add this repository with the role ${wish === 'push' ? 'Write' : 'Read'}.`
  }
  if (repository.registry === 'ghcr.io') {
    return `${permission}; a personal token needs the scope ${level}:packages and access to the package.`
  }
  return `Let the owner of ${formatOwner(repository.path)} on ${repository.registry} give this login the right to ${wish}.`
}

function levelOf(wish: Access['wish']): 'write' | 'read' {
  return wish === 'push' ? 'write' : 'read'
}

function formatOwner(path: string): string {
  return path.split('/')[0] ?? path
}
