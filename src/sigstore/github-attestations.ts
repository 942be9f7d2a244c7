import { Failure } from '../domain/failure.ts'
import { formatSize } from '../domain/size.ts'
import { sideBySide } from '../oci/side-by-side.ts'
import type { HttpResponse, Ports } from '../ports.ts'
import { parseObject } from '../domain/json-object.ts'
import { readBody } from './answer.ts'
import { refusedByGithub, saysTooLarge } from './github-refusal.ts'
import { saidIn } from '../github/words.ts'
import { garbled, named } from './service-failure.ts'
import type { Service } from './service.ts'

export interface AttestationUpload {
  /** `owner/name` */
  readonly repository: string
  /** `https://api.github.com` (GITHUB_API_URL). */
  readonly api: string
  /** Token with `attestations: write`. */
  readonly token: string
  /** Sigstore bundles in JSON; `name` is for the log only. */
  readonly bundles: readonly { readonly name: string; readonly json: string }[]
}

/** An attestation that GitHub keeps, and the page that shows it. */
export interface StoredAttestation {
  readonly id: number
  readonly url: string
}

type UploadPorts = Pick<Ports, 'http' | 'patience' | 'clock' | 'secrets' | 'log'>

/** Bytes of a bundle that GitHub is asked to keep; actions/attest sends no predicates of more than that either. */
const largest = 16 * 1024 * 1024
const mostAtOnce = 4

/**
 * Hands bundles to GitHub's store of attestations (REST API, "Create an attestation"), a few side by side; answers in their
 * order. What is too large for it is answered as `tooLarge`, and has to go elsewhere. Limits and outages are waited out
 * until the deadline; where an answer was lost, the bundle may be kept twice. Fails with SIGNING_FAILED.
 */
export async function uploadAttestations(
  { bundles, ...target }: AttestationUpload,
  ports: UploadPorts,
): Promise<readonly (StoredAttestation | 'tooLarge')[]> {
  ports.secrets.mask(target.token)
  return sideBySide(bundles, mostAtOnce, async ({ name, json }, signal) => {
    const size = Buffer.byteLength(json)
    const stored =
      size > largest
        ? 'tooLarge'
        : await ports.patience.retry(`attestation ${name}`, async tries => {
            if (signal.aborted) throw new Failure('CANCELLED', 'another attestation failed')
            return create(json, { ...target, tries }, ports)
          })
    if (stored === 'tooLarge') ports.log.info(`${name} is too large for GitHub: ${formatSize(size)}`)
    return stored
  })
}

type Attempt = Omit<AttestationUpload, 'bundles'> & { readonly tries: number }

async function create(
  json: string,
  { repository, api, token, tries }: Attempt,
  { http, clock }: UploadPorts,
): Promise<StoredAttestation | 'tooLarge'> {
  const service: Service = { name: 'GitHub', url: api }
  const path = repository.split('/').map(encodeURIComponent).join('/')
  const { status, headers, body } = await http
    .send({
      method: 'POST',
      url: `${api.replace(/\/+$/, '')}/repos/${path}/attestations`,
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'content-type': 'application/json',
        'x-github-api-version': '2022-11-28',
      },
      body: `{"bundle":${json}}`,
    })
    .then(readAnswer)
    .catch((error: unknown) => {
      throw named(error, service)
    })
  if (status >= 200 && status < 300) {
    const id = parseObject(body.toString('utf8'))?.['id']
    if (typeof id !== 'number') throw garbled(service, 'the id of an attestation', tries)
    return { id, url: `${siteOf(api)}/${path}/attestations/${id}` }
  }
  const words = token === '' ? saidIn(body) : saidIn(body).replaceAll(token, '[token]')
  if (saysTooLarge(status, words)) return 'tooLarge'
  throw refusedByGithub({ service, status, headers, words }, clock.now())
}

async function readAnswer(response: HttpResponse) {
  const { status, headers } = response
  return { status, headers, body: await readBody(response) }
}

/** Where people look at what an API serves: `https://github.com`, `https://acme.ghe.com` for `https://api.acme.ghe.com`. */
function siteOf(api: string): string {
  const { protocol, host } = new URL(api)
  return `${protocol}//${host.replace(/^api\./, '')}`
}
