import { readFile } from 'node:fs/promises'
import { digestOf } from '../../../src/domain/digest.ts'
import type { Accounts, Account } from './accounts.ts'
import { json, readAll, refused, type Answer, type Question } from './answer.ts'
import type { BlobStore } from './blob-store.ts'
import type { ManifestStore, ReadManifest } from './manifest-store.ts'

export interface RouteOptions {
  readonly accounts: Accounts
  readonly blobs: BlobStore
  readonly manifests: ManifestStore
  /** Whether there is a referrers API; GHCR has none. */
  readonly referrers: boolean
}

interface Call {
  readonly question: Question
  readonly name: string
  /** Digest, tag or upload. */
  readonly rest: string
  readonly who: Account | undefined
}

const unsupported = refused(405, 'UNSUPPORTED', 'The operation is unsupported.')

/** Answers by the distribution spec v1.1, with GHCR's manners. */
export async function route(question: Question, options: RouteOptions): Promise<Answer> {
  const { pathname } = question.url
  if (pathname === options.accounts.tokens) return options.accounts.giveToken(question)
  const match = /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|tags|referrers)(?:\/(.*))?$/.exec(pathname)
  if (match === null && !/^\/v2\/?$/.test(pathname)) return refused(404, 'UNSUPPORTED', 'not found')
  const [, name = '', kind = '', rest = ''] = match ?? []
  if (name !== name.toLowerCase()) return refused(400, 'NAME_INVALID', 'repository name must be lowercase')
  const entry = options.accounts.enter(question, name)
  if ('refused' in entry) return entry.refused
  const call = { question, name, rest, who: entry.who }
  if (kind === 'blobs/uploads') return upload(call, options)
  if (kind === 'blobs') return blob(call, options)
  if (kind === 'manifests') {
    return question.method === 'PUT' ? putManifest(call, options) : getManifest(call, options)
  }
  if (kind === 'referrers') return referrers(call, options)
  if (kind === 'tags') return tags(call, options)
  return json(200, {})
}

async function upload({ question, name, rest }: Call, { blobs }: RouteOptions): Promise<Answer> {
  const { method, url, body, headers } = question
  const place = (id: string, size: number) => ({
    // Relative, and with a query of its own, which a client has to keep.
    location: `/v2/${name}/blobs/uploads/${id}?_state=a%2Bb%3D`,
    range: `0-${Math.max(0, size - 1)}`,
    'docker-upload-uuid': id,
  })
  if (method === 'POST') {
    const mount = url.searchParams.get('mount')
    if (mount !== null && blobs.mount(mount, url.searchParams.get('from') ?? '', name))
      return created(name, mount)
    return { status: 202, headers: place(await blobs.open(name), 0) }
  }
  if (method === 'DELETE') return unsupported
  const size = await blobs.sizeOf(name, rest)
  if (size === undefined) return refused(404, 'BLOB_UPLOAD_UNKNOWN', 'blob upload unknown to registry')
  if (url.searchParams.get('_state') !== 'a+b=')
    return refused(400, 'BLOB_UPLOAD_INVALID', 'state is missing')
  if (method === 'GET') return { status: 204, headers: place(rest, size) }
  const start = /^(\d+)-\d+$/.exec(headers['content-range'] ?? '')?.[1]
  if (start !== undefined && Number(start) !== size) {
    return refused(416, 'RANGE_INVALID', 'invalid content range', place(rest, size))
  }
  await blobs.receive(rest, body)
  if (method === 'PATCH') return { status: 202, headers: place(rest, (await blobs.sizeOf(name, rest)) ?? 0) }
  if (method !== 'PUT') return unsupported
  const digest = url.searchParams.get('digest') ?? ''
  if (await blobs.close(rest, digest)) return created(name, digest)
  return refused(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
}

function created(name: string, digest: string): Answer {
  const headers = { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest }
  return { status: 201, headers }
}

function blob({ question, name, rest }: Call, { blobs }: RouteOptions): Answer {
  if (!['GET', 'HEAD'].includes(question.method)) return unsupported
  const found = blobs.find(name, rest)
  if (found === undefined) return refused(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': rest }
  return { status: 200, headers, file: found }
}

async function putManifest({ question, name, rest, who }: Call, options: RouteOptions): Promise<Answer> {
  const { accounts, blobs, manifests, referrers } = options
  const bytes = await readAll(question.body)
  const mediaType = question.headers['content-type'] ?? ''
  if (bytes.length > 4 * 1024 * 1024) return refused(413, 'SIZE_INVALID', 'manifest too large')
  const read = parsed(bytes)
  if (read === undefined || (read.mediaType !== undefined && read.mediaType !== mediaType)) {
    return refused(400, 'MANIFEST_INVALID', 'manifest invalid')
  }
  if (rest.includes(':') && rest !== digestOf(bytes)) {
    return refused(400, 'DIGEST_INVALID', 'provided digest did not match uploaded content')
  }
  const missing = [read.config, ...(read.layers ?? [])].find(each => each && !blobs.find(name, each.digest))
  if (missing) return refused(404, 'MANIFEST_BLOB_UNKNOWN', `blob unknown: ${missing.digest}`)
  const orphan = read.manifests?.find(each => manifests.find(name, each.digest) === undefined)
  if (orphan) return refused(404, 'MANIFEST_UNKNOWN', `manifest unknown: ${orphan.digest}`)
  const digest = manifests.put(name, rest, { mediaType, bytes })
  accounts.createPackage(name, who, await sourceLabel(blobs.find(name, read.config?.digest ?? '')?.path))
  const subject = referrers && read.subject ? { 'oci-subject': read.subject.digest } : {}
  const headers = { location: `/v2/${name}/manifests/${digest}`, 'docker-content-digest': digest, ...subject }
  return { status: 201, headers }
}

function getManifest({ question, name, rest }: Call, { manifests }: RouteOptions): Answer {
  if (!['GET', 'HEAD'].includes(question.method)) return unsupported
  const found = manifests.find(name, rest)
  const accepted = question.headers.accept ?? '*/*'
  if (found === undefined) return refused(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
  if (!accepted.includes('*/*') && !accepted.includes(found.mediaType)) {
    return refused(404, 'MANIFEST_UNKNOWN', `${found.mediaType} found, and not accepted`)
  }
  const headers = { 'content-type': found.mediaType, 'docker-content-digest': found.digest }
  return { status: 200, headers, body: found.bytes }
}

function referrers({ name, rest }: Call, options: RouteOptions): Answer {
  if (!options.referrers) return refused(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
  const mediaType = 'application/vnd.oci.image.index.v1+json'
  const manifests = options.manifests.referrersOf(name, rest)
  return json(200, { schemaVersion: 2, mediaType, manifests }, { 'content-type': mediaType })
}

function tags({ name }: Call, { manifests }: RouteOptions): Answer {
  const found = [...manifests.tagsOf(name).keys()].sort()
  if (found.length === 0) return refused(404, 'NAME_UNKNOWN', 'repository name not known to registry')
  return json(200, { name, tags: found })
}

async function sourceLabel(config: string | undefined): Promise<string | undefined> {
  if (config === undefined) return undefined
  try {
    const read = JSON.parse(await readFile(config, 'utf8')) as {
      config?: { Labels?: Record<string, string> }
    }
    return read.config?.Labels?.['org.opencontainers.image.source']
  } catch {
    return undefined
  }
}

function parsed(bytes: Buffer): ReadManifest | undefined {
  try {
    return JSON.parse(bytes.toString()) as ReadManifest
  } catch {
    return undefined
  }
}
