import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Accounts, type AccountOptions, type Package } from './accounts.ts'
import { refused, type Answer } from './answer.ts'
import { BlobStore } from './blob-store.ts'
import { brokenAfter, FaultList, type Fault } from './faults.ts'
import { ManifestStore, type StoredManifest } from './manifest-store.ts'
import { manners } from './manners.ts'
import { route } from './routes.ts'

export interface RegistryOptions extends Partial<AccountOptions> {
  /** A free one unless told. */
  readonly port?: number
  readonly referrers?: boolean
  /** Bytes of the largest body that is taken; larger ones get 413. */
  readonly maxBody?: number
}

export interface JournalEntry {
  readonly method: string
  /** Path and query. */
  readonly path: string
  readonly status: number | 'reset'
  /** Scheme of the Authorization header. */
  readonly login: string | undefined
  /** Content-Length of the request. */
  readonly bytes: number | undefined
}

export interface RegistryStandIn {
  /** `127.0.0.1:40123`: the registry's part of an image name. */
  readonly host: string
  /** Every request that was answered or reset, in the order of their ends. */
  readonly journal: readonly JournalEntry[]
  readonly faults: FaultList
  readonly packages: Map<string, Package>
  breakWith(...faults: readonly Fault[]): void
  forgetTokens(): void
  /** Tag -> digest. */
  tagsOf(repository: string): ReadonlyMap<string, string>
  manifestOf(repository: string, reference: string): StoredManifest | undefined
  /** All manifests of a repository. */
  digestsOf(repository: string): readonly string[]
  /** What GitHub does when a version of a package is deleted. */
  removeManifest(repository: string, digest: string): void
  hasBlob(repository: string, digest: string): boolean
  close(): Promise<void>
}

/** A registry on this machine that speaks the real protocol. Blobs are in a temporary folder that `close` removes. */
export async function startRegistry(options: RegistryOptions = {}): Promise<RegistryStandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'giropops-registry-'))
  const { users = {}, packages = {}, tokenSeconds, referrers = false, manner } = options
  const { auth = authOf(manner) } = options
  const accounts = new Accounts(
    {
      auth,
      users,
      packages,
      ...(tokenSeconds === undefined ? {} : { tokenSeconds }),
      ...(manner === undefined ? {} : { manner }),
    },
    () => host,
  )
  const blobs = new BlobStore(folder)
  const manifests = new ManifestStore()
  const faults = new FaultList()
  const journal: JournalEntry[] = []

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url = '/', headers } = request
    const length = headers['content-length']
    const write = (status: number | 'reset') =>
      journal.push({
        method,
        path: url,
        status,
        login: headers.authorization?.split(' ')[0]?.toLowerCase(),
        bytes: length === undefined ? undefined : Number(length),
      })
    const reset = () => {
      write('reset')
      request.socket.resetAndDestroy()
    }
    const fault = faults.take(`${method} ${url}`)
    if (fault?.kind === 'reset') return reset()
    if (fault?.kind === 'delay') await sleep(fault.milliseconds)
    const answer = async (): Promise<Answer | undefined> => {
      if (fault?.kind === 'answer') return fault
      if (options.maxBody !== undefined && Number(length ?? 0) > options.maxBody) {
        return {
          status: 413,
          headers: { connection: 'close' },
          body: '<html>413 Request Entity Too Large</html>',
        }
      }
      const body = fault?.kind === 'reset-request' ? brokenAfter(request, fault.after, reset) : request
      const question = { method, url: new URL(url, `http://${host}`), headers, body }
      try {
        return await route(question, { accounts, blobs, manifests, referrers })
      } catch (error) {
        if (request.destroyed || request.errored) return undefined
        return refused(500, 'UNKNOWN', String(error))
      }
    }
    const given = await answer()
    if (fault?.kind === 'lose-answer') return reset()
    if (given === undefined || request.socket.destroyed) return undefined
    const sent = fault?.kind === 'rewrite' ? fault.change(given) : given
    write(sent.status)
    return send(sent, { request, response, cut: fault?.kind === 'cut-answer' })
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>(resolve => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    host,
    journal,
    faults,
    packages: accounts.packages,
    breakWith: (...due) => faults.add(...due),
    forgetTokens: () => accounts.forgetTokens(),
    tagsOf: repository => manifests.tagsOf(repository),
    manifestOf: (repository, reference) => manifests.find(repository, reference),
    digestsOf: repository => manifests.digestsOf(repository),
    removeManifest: (repository, digest) => manifests.remove(repository, digest),
    hasBlob: (repository, digest) => blobs.find(repository, digest) !== undefined,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function authOf(manner: RegistryOptions['manner']): AccountOptions['auth'] {
  if (manner === undefined) return 'none'
  return manners[manner].auth === 'basic' ? 'basic' : 'ghcr'
}

async function send(
  { status, headers = {}, body = '', file }: Answer,
  { request, response, cut }: { request: IncomingMessage; response: ServerResponse; cut: boolean },
): Promise<void> {
  const bytes = Buffer.from(body)
  const size = file?.size ?? bytes.length
  const length = status === 204 ? {} : { 'content-length': `${size}` }
  response.writeHead(status, { 'docker-distribution-api-version': 'registry/2.0', ...length, ...headers })
  if (request.method === 'HEAD') {
    response.end()
    return
  }
  if (cut) {
    response.write(bytes.subarray(0, size / 2))
    setTimeout(() => request.socket.resetAndDestroy(), 20)
    return
  }
  await pipeline(file === undefined ? Readable.from([bytes]) : createReadStream(file.path), response)
}
