import type { Readable } from 'node:stream'
import { Failure } from '../domain/failure.ts'
import { nextPage } from '../domain/link-header.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpRequest, Ports } from '../ports.ts'
import { addressOf } from './address.ts'
import { jsonOf, readBody } from './answer-body.ts'
import { limitIn, outageIn, refusalOf } from './refusal.ts'
import { plainWords, saidIn } from './words.ts'

export interface GithubAccess {
  /** `https://api.github.com` (GITHUB_API_URL) */
  readonly api: string
  /** Sent with every request; without one only what everybody may see is answered. */
  readonly token: string
}

/** Bytes as they are, instead of JSON. A function makes the stream anew for each time that it is sent. */
export interface GithubUpload {
  readonly bytes: Uint8Array | (() => Readable)
  readonly contentType: string
  readonly size: number
}

export interface GithubRequest {
  /** What is asked for, with which messages and the log of retries begin: `the releases of octo/senhas`. */
  readonly what: string
  readonly method: HttpRequest['method']
  /** Below the API (`/repos/octo/senhas/releases`, its parts percent-encoded), or an address that GitHub named itself. */
  readonly path: string
  /** Sent as JSON, or as it is when it is a GithubUpload. */
  readonly body?: object | GithubUpload
  /** Statuses from 300 on that are answered instead of thrown. A limit that was met is waited out all the same. */
  readonly accept?: readonly number[]
  /** A POST that may be done twice, since the caller handles what comes of it. Other methods always are. */
  readonly repeatable?: boolean
  /** Sent once: what passes is thrown as Transient, for a caller with a patience of its own that looks in between. */
  readonly once?: boolean
  /** Media type wanted; `application/vnd.github+json` unless told. */
  readonly media?: string
  readonly idleTimeout?: number
}

export interface GithubAnswer {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
  /** The body as JSON; undefined when it is none. */
  readonly json: unknown
}

/** GitHub's REST API with one token. */
export interface GithubApi {
  readonly api: string
  /**
   * Asks until there is an answer: limits are waited out until the deadline, outages too unless a POST could be done twice.
   * Fails with GITHUB_REFUSED when GitHub says no, in its own words; NETWORK_FAILED when it could not be asked, or it
   * is not known what became of a POST.
   */
  ask(request: GithubRequest): Promise<GithubAnswer>
  /** The answer to a GET, and those of the pages after it (Link header), one request each as they are wanted. */
  pages(request: Omit<GithubRequest, 'method' | 'body'>): AsyncGenerator<GithubAnswer>
}

type RestPorts = Pick<Ports, 'http' | 'patience' | 'clock' | 'secrets'>

export function openGithub(access: GithubAccess, ports: RestPorts): GithubApi {
  ports.secrets.mask(access.token)
  const ask = async (request: GithubRequest): Promise<GithubAnswer> => {
    if (request.once) return send(request, access, ports)
    return ports.patience.retry(request.what, () => send(request, access, ports))
  }
  return {
    api: access.api,
    ask,
    async *pages(request) {
      let path: string | undefined = request.path
      while (path !== undefined) {
        const answer: GithubAnswer = await ask({ ...request, method: 'GET', path })
        yield answer
        path = nextPage(answer.headers['link'])
      }
    },
  }
}

async function send(request: GithubRequest, access: GithubAccess, ports: RestPorts): Promise<GithubAnswer> {
  const { what, method, path, accept = [], idleTimeout } = request
  const url = addressOf(path, access.api)
  const { headers, body } = contentOf(request.body)
  const answer = await ports.http
    .send({
      method,
      url,
      headers: {
        ...(access.token === '' ? {} : { authorization: `Bearer ${access.token}` }),
        accept: request.media ?? 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
      ...(idleTimeout === undefined ? {} : { idleTimeout }),
    })
    .then(async response => ({ ...response, bytes: await readBody(response) }))
    .catch((error: unknown) => {
      throw brokenOff(error, request)
    })
  const { status, bytes } = answer
  const given: GithubAnswer = { status, headers: answer.headers, bytes, json: jsonOf(bytes) }
  if (status < 300) return given
  const words = plainWords(saidIn(bytes), access.token)
  const refused = { what, host: new URL(url).host, status, headers: answer.headers, words }
  const limit = limitIn(refused, ports.clock.now())
  if (limit !== undefined) throw limit
  if (accept.includes(status)) return given
  const outage = outageIn(refused)
  if (outage === undefined) throw refusalOf(refused)
  throw mayRepeat(request) ? new Transient(outage) : unsure(outage)
}

function contentOf(body: GithubRequest['body']): Pick<HttpRequest, 'headers' | 'body'> {
  if (body === undefined) return {}
  if (!isUpload(body)) return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const { bytes, contentType, size } = body
  return {
    headers: { 'content-type': contentType, 'content-length': String(size) },
    body: typeof bytes === 'function' ? bytes() : bytes,
  }
}

function isUpload(body: object): body is GithubUpload {
  return 'bytes' in body && 'contentType' in body && 'size' in body
}

function mayRepeat({ method, repeatable, once }: GithubRequest): boolean {
  return method !== 'POST' || repeatable === true || once === true
}

/** The failure of an exchange without an answer, with what was asked. */
function brokenOff(error: unknown, request: GithubRequest): unknown {
  const failure = error instanceof Transient ? error.failure : error
  if (!(failure instanceof Failure) || failure.code !== 'NETWORK_FAILED') return error
  const named = new Failure(failure.code, `${request.what}: ${failure.message}`, {
    hint: failure.hint,
    cause: failure,
  })
  if (!(error instanceof Transient)) return named
  return mayRepeat(request) ? new Transient(named, error.retryAfter) : unsure(named)
}

/** A POST that broke off: it may have been done, so it is not sent again blindly. */
function unsure(failure: Failure): Failure {
  return new Failure(failure.code, `${failure.message}; it is not known whether it was done`, {
    hint: failure.hint ?? 'Run it again once GitHub is back.',
    cause: failure,
  })
}
