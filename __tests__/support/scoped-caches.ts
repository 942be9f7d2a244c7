import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/**
 * GitHub's cache service (v2, Twirp over JSON) with its scopes: a job reads the entries of its own ref, then of its base and of the
 * default branch, and writes to its own ref alone, as the claim `ac` of its token says. Bytes are put and got as Azure's blobs are.
 */
export interface ScopedCaches extends AsyncDisposable {
  /** The variables by which a job for that ref finds it; `bases` are what it may read besides. */
  env(ref: string, bases?: readonly string[]): Readonly<Record<string, string>>
  /** `<ref> <key>` of every entry that is whole. */
  readonly entries: readonly string[]
}

interface Entry {
  readonly scope: string
  readonly key: string
  readonly version: string
  bytes?: Buffer
  done?: true
}

interface Scope {
  readonly Scope: string
  /** 1 reads, 2 writes. */
  readonly Permission: number
}

interface Message {
  readonly key?: string
  readonly version?: string
  readonly restore_keys?: readonly string[]
  readonly size_bytes?: string | number
}

type Service = Readonly<Record<string, (message: Message, scopes: readonly Scope[]) => object>>

export async function startScopedCaches(): Promise<ScopedCaches> {
  const entries: Entry[] = []
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const urlOf = (entry: Entry): string => `${url()}/blobs/${entries.indexOf(entry)}`
  const service = methods(entries, urlOf)
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request)
    const { pathname } = new URL(request.url ?? '/', url())
    const [, kind, name = ''] =
      /^\/(?:twirp\/github\.actions\.results\.api\.v1\.)?(\w+)\/(\w+)$/.exec(pathname) ?? []
    const entry = entries[Number(name)]
    if (kind === 'CacheService' && service[name] !== undefined) {
      const reply = service[name](JSON.parse(body.toString()) as Message, scopesOf(request))
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
    } else if (kind === 'blobs' && entry !== undefined && request.method === 'PUT') {
      entry.bytes = body
      response.writeHead(201, { etag: '"0x1"', 'x-ms-request-id': '1', 'x-ms-version': '2025-11-05' }).end()
    } else if (kind === 'blobs' && entry?.bytes !== undefined) {
      response.writeHead(200, { 'content-length': entry.bytes.length })
      response.end(request.method === 'HEAD' ? undefined : entry.bytes)
    } else {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{"code":"bad_route"}')
    }
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    env: (ref, bases = []) => ({
      ACTIONS_RESULTS_URL: `${url()}/`,
      ACTIONS_CACHE_SERVICE_V2: 'True',
      ACTIONS_RUNTIME_TOKEN: tokenOf([
        { Scope: ref, Permission: 3 },
        ...bases.map(Scope => ({ Scope, Permission: 1 })),
      ]),
    }),
    get entries() {
      return entries.filter(({ done }) => done).map(({ scope, key }) => `${scope} ${key}`)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

function methods(entries: Entry[], urlOf: (entry: Entry) => string): Service {
  const writable = (scopes: readonly Scope[]): string =>
    scopes.find(({ Permission }) => Permission & 2)?.Scope ?? ''
  const own = ({ key, version }: Message, scopes: readonly Scope[]): Entry | undefined =>
    entries.find(each => each.scope === writable(scopes) && each.key === key && each.version === version)
  return {
    CreateCacheEntry(message, scopes) {
      if (own(message, scopes) !== undefined) return { ok: false, message: 'cache entry already exists' }
      const { key = '', version = '' } = message
      const entry: Entry = { scope: writable(scopes), key, version }
      entries.push(entry)
      return { ok: true, signed_upload_url: urlOf(entry) }
    },
    FinalizeCacheEntryUpload(message, scopes) {
      const entry = own(message, scopes)
      if (entry?.bytes?.length !== Number(message.size_bytes)) return { ok: false }
      entry.done = true
      return { ok: true, entry_id: '1' }
    },
    GetCacheEntryDownloadURL({ key = '', version, restore_keys: more = [] }, scopes) {
      // Each key in each scope before the next scope is looked at.
      for (const { Scope } of scopes) {
        const inScope = entries.filter(each => each.done && each.scope === Scope && each.version === version)
        for (const start of [key, ...more]) {
          const found = inScope.findLast(each => each.key.startsWith(start))
          if (found !== undefined) {
            return { ok: true, signed_download_url: urlOf(found), matched_key: found.key }
          }
        }
      }
      return { ok: false, signed_download_url: '', matched_key: '' }
    },
  }
}

/** An unsigned token with the scopes in `ac`, itself JSON in a text. */
function tokenOf(scopes: readonly Scope[]): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return [part({ alg: 'none' }), part({ ac: JSON.stringify(scopes) }), 'signature'].join('.')
}

function scopesOf({ headers }: IncomingMessage): readonly Scope[] {
  const claims = /^Bearer [^.]+\.([^.]+)\./.exec(headers.authorization ?? '')?.[1] ?? ''
  const { ac } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { ac: string }
  return JSON.parse(ac) as readonly Scope[]
}
