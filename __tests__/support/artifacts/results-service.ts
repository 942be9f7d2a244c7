import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { Refusal, type Handler } from '../sigstore/service.ts'
import { artifactService, type StoredArtifact } from './artifact-service.ts'
import { BlobContainer } from './blob-container.ts'
import { cacheService, type StoredCache } from './cache-service.ts'

/** GitHub's results service of one workflow run: artifacts, caches, and where their bytes are. */
export interface ResultsService extends AsyncDisposable {
  /** The variables by which a job's actions find it. */
  readonly env: Readonly<Record<string, string>>
  readonly artifacts: readonly StoredArtifact[]
  readonly caches: () => readonly StoredCache[]
  /** `METHOD /path` and status of every request, without queries, in the order of their answers. */
  readonly journal: readonly string[]
}

export async function startResultsService(): Promise<ResultsService> {
  const blobs = new BlobContainer()
  const journal: string[] = []
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const artifacts = artifactService(blobs, url)
  const caches = cacheService(blobs, url)
  const handlerOf = (path: string): Handler => {
    if (path.startsWith('/twirp/github.actions.results.api.v1.ArtifactService/')) return artifacts.handle
    if (path.startsWith('/twirp/github.actions.results.api.v1.CacheService/')) return caches.handle
    if (/^\/(artifacts|caches)\//.test(path)) return blobs.handle
    throw new Refusal(404, `nothing answers ${path}`)
  }
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', url())
    const { method = 'GET', headers } = request
    const body = await buffer(request)
    const given = await Promise.resolve()
      .then(() => handlerOf(path)({ method, path, query, headers, body }))
      .catch((thrown: unknown) => {
        const refusal = thrown instanceof Refusal ? thrown : new Refusal(500, String(thrown))
        return refusal.reply()
      })
    journal.push(`${method} ${path} ${given.status}`)
    response.writeHead(given.status, given.headers).end(given.body)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch(() => request.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    env: {
      ACTIONS_RUNTIME_TOKEN: runtimeToken(),
      ACTIONS_RESULTS_URL: `${url()}/`,
      ACTIONS_CACHE_URL: `${url()}/`,
      ACTIONS_CACHE_SERVICE_V2: 'True',
    },
    artifacts: artifacts.stored,
    caches: () => caches.stored,
    journal,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** A job's token, of which clients read the scope with the ids of run and job; the stand-in does not check its signature. */
function runtimeToken(): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const scope = `Actions.Results:${crypto.randomUUID()}:${crypto.randomUUID()}`
  return [part({ alg: 'none', typ: 'JWT' }), part({ scp: scope, exp: 4_000_000_000 }), 'signature'].join('.')
}
