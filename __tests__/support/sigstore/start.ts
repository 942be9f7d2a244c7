import { intermediateAuthority, rootAuthority } from './authority.ts'
import { purposes } from './certificate.ts'
import { newCertificateLog } from './certificate-log.ts'
import { githubClaims, type Claims } from './claims.ts'
import { certificateLogService } from './ct.ts'
import { openDoors, type Doors, type DoorsOptions } from './doors.ts'
import { fulcio } from './fulcio.ts'
import { workflowUri } from './github-extensions.ts'
import { mintToken, newIdentityProvider, tokenEndpoint } from './oidc.ts'
import { rekorV1 } from './rekor-v1.ts'
import { rekorV2 } from './rekor-v2.ts'
import type { Handler, Service } from './service.ts'
import { newSigningKey } from './signing-key.ts'
import { signingConfig, trustedRoot, type ProtobufJson, type Trusted } from './trusted-root.ts'
import { newTimestampAuthority, timestampService } from './tsa.ts'

export interface SigstoreOptions extends DoorsOptions {
  /** Who the job is, where that differs from a push to main of acme/images. */
  readonly claims?: Partial<Claims>
  /** `iss` of the tokens; the token service's own address unless told. */
  readonly issuer?: string
  /** Milliseconds that a certificate is valid; ten minutes unless told. */
  readonly certificateLifetime?: number
  /** Who answers instead of our own service. */
  readonly instead?: Partial<Record<Service, Handler>>
}

/** The variables by which a job finds its identity token. */
export interface IdTokenEnvironment {
  readonly ACTIONS_ID_TOKEN_REQUEST_URL: string
  readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string
}

export interface Sigstore extends Doors, AsyncDisposable {
  readonly env: IdTokenEnvironment
  /** Whom verifiers will see: the certificate's subject and issuer. */
  identity(): { readonly subject: string; readonly issuer: string }
  /** Makes the job somebody else from now on. */
  become(claims: Partial<Claims>): void
  /** An identity token as the runner gives it, with these claims instead. */
  token(claims?: Readonly<Record<string, unknown>>): string
  /** Keys and certificates of our own services. */
  readonly trusted: Trusted
  trustedRoot(): ProtobufJson
  signingConfig(rekor: 1 | 2): ProtobufJson
}

/**
 * A Sigstore in this process: identity provider with a GitHub runner's token endpoint, Fulcio, certificate log, Rekor v1
 * and v2, timestamp authority, each on a port of its own. Certificates, proofs and timestamps are real; keys live as long as it does.
 */
export async function startSigstore(options: SigstoreOptions = {}): Promise<Sigstore> {
  const provider = newIdentityProvider(githubClaims(options.claims))
  const root = rootAuthority('fulcio root')
  const authority = intermediateAuthority('fulcio intermediate', root, purposes.codeSigning)
  const certificateLog = newCertificateLog()
  const [rekorKey, rekor2Key] = [newSigningKey('P-256'), newSigningKey('Ed25519')]
  const tsa = newTimestampAuthority()
  const requestToken = 'runner-request-token'
  const url = (): string => doors.urls.oidc
  const issuer = (): string => options.issuer ?? url()
  const lifetime = options.certificateLifetime ?? 600_000
  const doors: Doors = await openDoors(
    {
      oidc: tokenEndpoint({ provider, issuer, url, requestToken }),
      fulcio: fulcio({ authority, certificateLog, provider, issuer, lifetime }),
      ct: certificateLogService(certificateLog),
      rekor: rekorV1(rekorKey),
      rekor2: rekorV2(rekor2Key),
      tsa: timestampService(tsa),
      ...options.instead,
    },
    options,
  )
  const trusted = {
    urls: doors.urls,
    fulcio: authority.chain,
    certificateLog: certificateLog.key.spki,
    rekor: rekorKey.spki,
    rekor2: rekor2Key.spki,
    tsa: tsa.chain,
  }
  return {
    ...doors,
    env: {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${url()}/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    },
    identity: () => ({ subject: workflowUri(provider.claims), issuer: issuer() }),
    become: claims => void (provider.claims = githubClaims(claims)),
    token: claims => mintToken(provider, { iss: issuer(), aud: 'sigstore', ...claims }),
    trusted,
    trustedRoot: () => trustedRoot(trusted),
    signingConfig: rekor => signingConfig(doors.urls, rekor),
    [Symbol.asyncDispose]: () => doors.close(),
  }
}
