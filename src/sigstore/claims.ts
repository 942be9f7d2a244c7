import { parseObject } from '../domain/json-object.ts'

/** What an identity token says of the run, read without checking its signature: only to print and to expect, never to trust. */
export interface Claims {
  readonly issuer: string
  /** What proof of possession of the key signs: a verified e-mail address, else the subject. */
  readonly subject: string
  /** Seconds since 1970. */
  readonly expires: number
  /** Every claim that is a text: `repository`, `job_workflow_ref`, `run_id`, … */
  readonly texts: Readonly<Record<string, string>>
}

/** Who a certificate names and who vouched for it: what verifiers are told to expect. */
export interface Identity {
  /** Subject alternative name: `https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main`. */
  readonly subject: string
  readonly issuer: string
}

/** Reads the claims of a JWT (RFC 7519); undefined when it is none, or lacks what signing needs. */
export function readClaims(token: string): Claims | undefined {
  const parts = token.split('.')
  const claims =
    parts.length === 3 ? parseObject(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8')) : undefined
  if (claims === undefined) return undefined
  const texts = Object.fromEntries(
    Object.entries(claims).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
  const { iss: issuer, email, sub } = texts
  const subject = email !== undefined && isTrue(claims['email_verified']) ? email : sub
  if (issuer === undefined || subject === undefined) return undefined
  return { issuer, subject, texts, expires: typeof claims['exp'] === 'number' ? claims['exp'] : 0 }
}

/**
 * The identity that Fulcio will put in the certificate: of a GitHub job the workflow file that defines it, else the
 * e-mail address or subject. `server` is where the repository is hosted: `https://github.com`.
 */
export function expectedIdentity({ issuer, subject, texts }: Claims, server: string): Identity {
  const workflow = texts['job_workflow_ref']
  return { issuer, subject: workflow === undefined ? subject : `${server}/${workflow}` }
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true'
}
