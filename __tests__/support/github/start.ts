import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { listen } from '../../platform/local-servers.ts'
import { notFound, type Area, type Site } from './area.ts'
import { headerProblems, parsed, readBody, replied, sendReply } from './exchange.ts'
import { FaultList, type Fault } from './faults.ts'
import { openGate } from './gate.ts'
import { operationOf, perform, type Grounds } from './perform.ts'
import type { Permissions } from './permissions.ts'

export interface GithubOptions {
  /** `octo/senhas` unless told. */
  readonly repository?: string
  readonly token?: string
  readonly permissions?: Permissions
  /** What GitHub can do in this test: `releases.area`, `packages.area`, ... */
  readonly areas: readonly Area[]
}

export interface JournalEntry {
  readonly host: 'api' | 'uploads'
  readonly method: string
  /** Path and query, as they came. */
  readonly path: string
  readonly status: number | 'reset'
  /** JSON that came; for bytes their number. */
  readonly body: unknown
}

/** GitHub's API and its host of uploads on this machine, with one repository. Each request and answer is held against GitHub's description. */
export interface GithubStandIn extends AsyncDisposable {
  readonly site: Site
  /** GITHUB_API_URL */
  readonly url: string
  readonly token: string
  /** All requests, in the order of their ends. */
  readonly journal: readonly JournalEntry[]
  /** `GET /repos/octo/senhas/releases?per_page=100` of all requests, in the order in which they came. */
  readonly asked: readonly string[]
  /** What does not fit GitHub's description, in requests and in our own answers. */
  readonly problems: readonly string[]
  readonly faults: FaultList
  breakWith(...faults: readonly Fault[]): void
  /** Grants the token something else from now on. */
  permit(permissions: Permissions): void
  /** Requests that match, at most so many at the same time; see `openGate`. */
  watch(match: RegExp): ReturnType<typeof openGate>
}

type Host = JournalEntry['host']

export async function startGithub(options: GithubOptions): Promise<GithubStandIn> {
  const { repository = 'octo/senhas', token = 'ghs_tokenOfTheStandIn0123456789' } = options
  let permissions = options.permissions ?? {}
  const journal: JournalEntry[] = []
  const asked: string[] = []
  const problems: string[] = []
  const faults = new FaultList()
  const gates: { readonly match: RegExp; readonly gate: ReturnType<typeof openGate> }[] = []
  const problem = (text: string): void => void problems.push(text)
  const open = (host: Host) =>
    listen(
      createServer((request, response) => {
        serve(host, request, response).catch((error: unknown) => {
          problem(`${request.method} ${request.url}: ${String(error)}`)
          request.socket.destroy()
        })
      }),
    )
  const [api, uploads] = await Promise.all([open('api'), open('uploads')])
  const site = siteOf(repository, api.url, uploads.url)
  const handlers: Area = Object.assign({}, ...options.areas)
  const grounds: Grounds = { site, token, permissions: () => permissions, handlers, problem }

  async function serve(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request
    const { pathname, searchParams: query } = new URL(url, 'http://github')
    const line = `${method} ${decodeURIComponent(url)}`
    asked.push(line)
    for (const each of headerProblems(request)) problem(`${line}: ${each}`)
    const fault = faults.take(line)
    const { bytes, isCut } = await readBody(request, fault)
    const note = (status: number | 'reset'): void => {
      const isJson = request.headers['content-type'] === 'application/json'
      journal.push({ host, method, path: url, status, body: isJson ? parsed(bytes) : bytes.length })
    }
    const reset = (): void => {
      note('reset')
      request.socket.resetAndDestroy()
    }
    const found = operationOf(method, pathname, host)
    if (found === undefined) problem(`${line}: not in the description, or on the wrong host`)
    const gate = gates.find(each => each.match.test(line))?.gate
    await gate?.enter()
    try {
      if (fault?.kind === 'reset') return reset()
      if (fault?.kind === 'delay') await sleep(fault.milliseconds)
      if (fault?.kind === 'meanwhile') await fault.act()
      const plain = () =>
        found === undefined ? notFound : perform(found, { request, bytes, query, isCut }, grounds)
      const given = fault?.kind === 'answer' ? fault : await plain()
      const isLost = fault?.kind === 'lose-answer' || (fault?.kind === 'cut-request' && !fault.reply)
      if (isLost) return reset()
      const reply = replied(fault, given)
      note(reply.status)
      sendReply(response, reply)
    } finally {
      gate?.leave()
    }
  }
  return {
    site,
    url: api.url,
    token,
    journal,
    asked,
    problems,
    faults,
    breakWith: (...due) => faults.add(...due),
    permit: granted => void (permissions = granted),
    watch: match => {
      const gate = openGate()
      gates.push({ match, gate })
      return gate
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([api[Symbol.asyncDispose](), uploads[Symbol.asyncDispose]()])
    },
  }
}

function siteOf(repository: string, api: string, uploads: string): Site {
  const [owner = '', repo = ''] = repository.split('/')
  let ids = 1000
  let seconds = 0
  return {
    owner,
    repo,
    api,
    uploads,
    pages: 'https://github.com',
    nextId: () => (ids += 1),
    now: () => new Date(Date.UTC(2026, 0, 2) + 1000 * (seconds += 1)).toISOString().replace('.000Z', 'Z'),
  }
}
