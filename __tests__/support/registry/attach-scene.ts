import { digestOf, type Digest } from '../../../src/domain/digest.ts'
import type { Descriptor } from '../../../src/domain/image.ts'
import type { Artifact } from '../../../src/oci/artifact.ts'
import type { Credentials } from '../../../src/oci/credentials.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openReferrers, type Referrers } from '../../../src/oci/referrers.ts'
import { networkPorts, type NetworkOptions, type NetworkPorts } from '../network-ports.ts'
import { startRegistry, type JournalEntry, type RegistryOptions, type RegistryStandIn } from './registry.ts'

/** A registry with one image, and a client for what is attached to it. */
export interface AttachScene extends AsyncDisposable {
  readonly registry: RegistryStandIn
  readonly ports: NetworkPorts
  readonly referrers: Referrers
  readonly subject: Descriptor
  /** The tag that stands in for the API: `sha256-<hex>`. */
  readonly tag: string
  /** Another client of the same registry. */
  open(ports?: NetworkPorts): Referrers
  /** What another writer does: puts an index at the tag. */
  putIndex(entries: readonly unknown[], more?: object): Promise<Digest>
  /** Entries of the index at the tag. */
  listed(): readonly { readonly digest: string }[]
  /** `PUT manifests/<reference>`, `POST blobs/uploads/`, … of all requests that write, after the image was put. */
  writes(): readonly JournalEntry[]
  /** Calls `act` before the request whose `GET /v2/…` matches for the n-th time (from 1). */
  before(match: RegExp, nth: number, act: () => unknown): void
}

export interface AttachOptions extends RegistryOptions {
  readonly credentials?: Credentials
  readonly network?: NetworkOptions
}

export const repositoryPath = 'octo/demo'

export async function attachScene(options: AttachOptions = {}): Promise<AttachScene> {
  const { credentials = { kind: 'none' }, network = {}, ...rest } = options
  const registry = await startRegistry(rest)
  const hooks: { match: RegExp; left: number; act: () => unknown }[] = []
  const real = networkPorts({ deadline: 600_000, ...network })
  const ports: NetworkPorts = {
    ...real,
    http: {
      async send(request) {
        const { pathname, search } = new URL(request.url)
        for (const hook of hooks) {
          if (!hook.match.test(`${request.method} ${pathname}${search}`)) continue
          hook.left -= 1
          if (hook.left === 0) await hook.act()
        }
        return real.http.send(request)
      },
    },
  }
  const repository = parseRepository(`${registry.host}/${repositoryPath}`)
  const open = (with_: NetworkPorts = ports): Referrers => openReferrers({ repository, credentials }, with_)
  const put = async (reference: string, text: string): Promise<void> => {
    const url = `http://${registry.host}/v2/${repositoryPath}/manifests/${reference}`
    const response = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': mediaTypes.index, ...loginOf(credentials) },
      body: text,
    })
    if (response.status !== 201) throw new Error(`${reference}: ${response.status} ${await response.text()}`)
  }
  const child = descriptorOf(indexText([]))
  const text = indexText([child])
  const subject = descriptorOf(text)
  const tag = subject.digest.replace(':', '-')
  if (rest.auth === undefined) {
    await put(child.digest, indexText([]))
    await put(subject.digest, text)
  }
  const begun = registry.journal.length
  return {
    registry,
    ports,
    subject,
    tag,
    open,
    referrers: open(),
    async putIndex(entries, more) {
      await put(tag, indexText(entries, more))
      return digestOf(indexText(entries, more))
    },
    listed() {
      const bytes = registry.manifestOf(repositoryPath, tag)?.bytes
      return bytes === undefined ? [] : (JSON.parse(bytes.toString()) as { manifests: [] }).manifests
    },
    writes: () => registry.journal.slice(begun).filter(each => !['GET', 'HEAD'].includes(each.method)),
    before: (match, nth, act) => void hooks.push({ match, left: nth, act }),
    async [Symbol.asyncDispose]() {
      await real[Symbol.asyncDispose]()
      await registry.close()
    },
  }
}

/** A small artifact of a type of its own. */
export function artifactOf(name: string, more: Partial<Artifact> = {}): Artifact {
  return {
    artifactType: 'application/vnd.example.signature',
    blob: Buffer.from(`content of ${name}`),
    blobMediaType: 'application/vnd.example.blob',
    annotations: { 'com.example.name': name },
    ...more,
  }
}

function indexText(manifests: readonly unknown[], more: object = {}): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests, ...more })
}

function descriptorOf(text: string): Descriptor {
  return { mediaType: mediaTypes.index, digest: digestOf(text), size: text.length }
}

function loginOf(credentials: Credentials): Record<string, string> {
  return credentials.kind === 'registry-token' ? { authorization: `Bearer ${credentials.token}` } : {}
}
