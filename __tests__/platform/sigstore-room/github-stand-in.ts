import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { Ajv } from 'ajv'
import { serveAsync, type Local } from '../local-servers.ts'

/** What happens to a request instead of its plain answer; `acted`: only after the attestation was stored. */
export type Trouble =
  | { readonly kind: 'reset'; readonly acted?: boolean }
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: string | object
    }

/** What GitHub's own description says of "Create an attestation". */
const { path, method, ...schemas } = JSON.parse(
  readFileSync(new URL('../../fixtures/github/create-attestation.json', import.meta.url), 'utf8'),
) as {
  readonly path: string
  readonly method: string
  readonly requestBody: object
  readonly created: object
  readonly refused: object
  readonly invalid: object
}
const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
const fits = {
  request: ajv.compile(schemas.requestBody),
  created: ajv.compile(schemas.created),
  refused: ajv.compile(schemas.refused),
  invalid: ajv.compile(schemas.invalid),
}

/** GitHub's store of attestations of one repository. */
export interface GithubStandIn extends Local {
  /** Bundles that are stored, in the order in which they came. */
  readonly stored: readonly unknown[]
  /** Whatever is wrong with the requests that came, and with answers that are GitHub's own. */
  readonly problems: readonly string[]
  readonly requests: () => number
  /** Requests that were there at the same time, at most. */
  readonly mostAtOnce: () => number
  /** The next requests meet these, one each; with `times` more of them. */
  trouble(trouble: Trouble, times?: number): void
  /** Answers nobody until so many requests are there. */
  holdUntil(requests: number): void
}

export interface StandInOptions {
  readonly repository: string
  readonly token: string
}

export async function startGithub({ repository, token }: StandInOptions): Promise<GithubStandIn> {
  const [owner = '', repo = ''] = repository.split('/')
  const wanted = path.replace('{owner}', owner).replace('{repo}', repo)
  const stored: unknown[] = []
  const problems: string[] = []
  const due: Trouble[] = []
  const gate = openGate()
  let requests = 0
  const check = (isTrue: boolean, problem: string): void => void (isTrue || problems.push(problem))
  const store = (body: unknown): object => {
    const { bundle } = body as { readonly bundle: unknown }
    return { id: 100 + stored.push(bundle) }
  }
  const local = await serveAsync(async (request, response) => {
    requests += 1
    const body = await json(request).catch((error: unknown) => error)
    await gate.pass()
    check(request.method === method && request.url === wanted, `${request.method} ${request.url}`)
    for (const each of headerProblems(request)) problems.push(each)
    check(fits.request(body), ajv.errorsText(fits.request.errors))
    const trouble = due.shift()
    if (trouble?.kind === 'reset') {
      if (trouble.acted) store(body)
      request.socket.destroy()
    } else if (trouble !== undefined) {
      const { status, headers = {}, body: said = '' } = trouble
      const isObject = typeof said === 'object'
      const fit = status === 422 ? fits.invalid : fits.refused
      if (isObject && status >= 400) check(fit(said), `our ${status}: ${ajv.errorsText(fit.errors)}`)
      send(response, status, { headers, body: isObject ? JSON.stringify(said) : said })
    } else if (request.headers.authorization === `Bearer ${token}`) {
      const created = store(body)
      check(fits.created(created), ajv.errorsText(fits.created.errors))
      send(response, 201, { body: JSON.stringify(created) })
    } else {
      send(response, 401, { body: '{"message":"Bad credentials"}' })
    }
  })
  return {
    ...local,
    stored,
    problems,
    requests: () => requests,
    mostAtOnce: gate.mostAtOnce,
    trouble: (trouble, times = 1) => void due.push(...Array.from({ length: times }, () => trouble)),
    holdUntil: gate.holdUntil,
  }
}

function headerProblems({ headers }: IncomingMessage): readonly string[] {
  const wanted = {
    accept: 'application/vnd.github+json',
    'content-type': 'application/json',
    'x-github-api-version': '2022-11-28',
  }
  return Object.entries(wanted).flatMap(([name, value]) =>
    headers[name] === value ? [] : [`${name}: ${String(headers[name])}`],
  )
}

function send(
  response: ServerResponse,
  status: number,
  { headers = {}, body }: { readonly headers?: Readonly<Record<string, string>>; readonly body: string },
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
}

/** Counts who is inside; opened for good once as many came as are waited for. */
function openGate() {
  let inside = 0
  let most = 0
  let waitedFor = 0
  let opened = Promise.withResolvers<void>()
  return {
    holdUntil: (count: number) => {
      waitedFor = count
      opened = Promise.withResolvers()
    },
    mostAtOnce: () => most,
    pass: async () => {
      inside += 1
      most = Math.max(most, inside)
      if (inside >= waitedFor) opened.resolve()
      await opened.promise
      inside -= 1
    },
  }
}
