import { Failure } from '../domain/failure.ts'

/** How we say who we are to a registry. Whatever is secret in it was masked when it was found. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** Long-lived token that the token service turns into a registry token (OAuth2 refresh token). */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** Sent to the registry as it is. */
  | { readonly kind: 'registry-token'; readonly token: string }

/** The failure for a broken docker config. `wrong` names keys, never values. */
export function invalidCredentials(file: string, wrong: string, hint?: string): Failure {
  return new Failure('CREDENTIALS_INVALID', `${file}: ${wrong}`, {
    hint: hint ?? 'Run docker login again, or give the inputs username and token.',
  })
}

/** Everything of the credentials that must never be shown, in each form in which it travels. */
export function secretsOf(credentials: Credentials): readonly string[] {
  if (credentials.kind === 'none') return []
  if (credentials.kind === 'password') return [credentials.password, basicValue(credentials)]
  return [credentials.token]
}

/** Base64 of `username:password`, as Basic authentication sends it (RFC 7617). */
export function basicValue(credentials: { readonly username: string; readonly password: string }): string {
  return Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64')
}
