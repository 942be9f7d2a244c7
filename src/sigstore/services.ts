import { Failure } from '../domain/failure.ts'

/** The addresses given by the user; each may be left out. */
export interface ServiceWish {
  readonly fulcioUrl?: string | undefined
  readonly rekorUrl?: string | undefined
  readonly tsaUrl?: string | undefined
  /** Path of a trusted root file. */
  readonly trustedRoot?: string | undefined
  /** Whether cosign-key is given: then no certificate is needed, nor a time at which it was good. */
  readonly cosignKey: boolean
}

/** The services that a run signs with, without slashes at their ends. */
export interface Services {
  readonly fulcio: string
  readonly rekor?: { readonly url: string; readonly version: 1 | 2 | 'unknown' } | undefined
  readonly tsa?: string | undefined
  /** Path of the trusted root file; without one the embedded root of the public good instance holds. */
  readonly trustedRoot?: string | undefined
  /** Whether what is logged can be read by everybody: names of repositories and workflows are in the certificate. */
  readonly publicLog: boolean
}

/** The public good instance. Its log of the first API stamps the time itself; that of the second needs the authority. */
export const publicGood = {
  fulcio: 'https://fulcio.sigstore.dev',
  rekor: 'https://rekor.sigstore.dev',
  tsa: 'https://timestamp.sigstore.dev/api/v1/timestamp',
} as const

/**
 * Decides which services are used: the public good instance, unless addresses say otherwise. A Fulcio of one's own is not
 * mixed with the public log: what is not given is not used then. Fails with INPUT_INVALID for a choice that cannot be verified.
 */
export function chooseServices(wish: ServiceWish): Services {
  const fulcio = wish.fulcioUrl ?? publicGood.fulcio
  const rekorUrl = wish.rekorUrl ?? (isPublicGood(fulcio) ? publicGood.rekor : undefined)
  const rekor = rekorUrl === undefined ? undefined : splitVersion(rekorUrl)
  const tsa = wish.tsaUrl ?? (rekor?.version === 2 && isPublicGood(rekor.url) ? publicGood.tsa : undefined)
  checkVerifiable({ ...wish, fulcio, rekor, tsa })
  const publicLog = rekor !== undefined && isPublicGood(rekor.url)
  return { fulcio, rekor, tsa, trustedRoot: wish.trustedRoot, publicLog }
}

interface Chosen extends ServiceWish {
  readonly fulcio: string
  readonly rekor: Services['rekor'] | undefined
  readonly tsa: string | undefined
}

function checkVerifiable({ cosignKey, trustedRoot, fulcio, rekor, tsa }: Chosen): void {
  const own = [cosignKey ? undefined : fulcio, rekor?.url, tsa].find(
    url => url !== undefined && !isPublicGood(url),
  )
  if (own !== undefined && trustedRoot === undefined) throw withoutRoot(own)
  if (cosignKey || tsa !== undefined) return
  if (rekor === undefined) throw withoutTime(fulcio)
  if (rekor.version === 2) throw withoutStamps(rekor.url)
}

/** INPUT_INVALID: a log of the second API gives no time that could be checked, so nothing would say when the certificate was good. */
export function withoutStamps(rekor: string): Failure {
  return new Failure(
    'INPUT_INVALID',
    `the log at ${rekor} does not stamp the time, and tsa-url is not given`,
    {
      hint: 'Give the address of a timestamp authority that the trusted root lists as tsa-url.',
    },
  )
}

function isPublicGood(url: string): boolean {
  return /(^|\.)sigstore\.dev$/.test(URL.parse(url)?.hostname ?? '')
}

/** The version of the API is told by its path, by the names of the public logs, or else found out by asking. */
function splitVersion(given: string): NonNullable<Services['rekor']> {
  const [, url = given, api] = /^(.*?)\/api\/v([12])$/.exec(given) ?? []
  if (api !== undefined) return { url, version: api === '1' ? 1 : 2 }
  if (!isPublicGood(url)) return { url, version: 'unknown' }
  return { url, version: URL.parse(url)?.hostname === 'rekor.sigstore.dev' ? 1 : 2 }
}

function withoutRoot(url: string): Failure {
  return new Failure(
    'INPUT_INVALID',
    `${url} is not of the public good instance, and trusted-root is not given`,
    {
      hint: 'Give the trusted root of your instance as trusted-root: `cosign trusted-root create` makes the file.',
    },
  )
}

function withoutTime(fulcio: string): Failure {
  return new Failure(
    'INPUT_INVALID',
    `signatures with certificates of ${fulcio} need a log or a timestamp authority, and neither rekor-url nor tsa-url is given`,
    { hint: 'Give at least one of rekor-url and tsa-url.' },
  )
}
