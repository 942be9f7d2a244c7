import type { Descriptor } from '../domain/image.ts'
import { originOf, type Wish } from './access.ts'
import type { BlobSource } from './blob-source.ts'
import { hasBlob, uploadBlob, type UploadOptions } from './blob-upload.ts'
import type { Credentials } from './credentials.ts'
import { getManifest, putManifest, type ManifestBytes } from './manifest-transfer.ts'
import { proveUploads } from './prove-uploads.ts'
import type { ImageRepository } from './reference.ts'
import { openSession, type RegistryPorts, type RegistrySession } from './registry-session.ts'

/**
 * One repository of a registry (distribution spec v1.1). Everything is repeated while that may help. Each call fails with
 * REGISTRY_DENIED (login or permission), REGISTRY_FAILED (its answer), REGISTRY_MISMATCH (other bytes than ours) or
 * NETWORK_FAILED (none of its answers came).
 */
export interface Repository {
  /** Fails when we may not push here; nothing is left there. */
  provePush(): Promise<void>
  hasBlob(blob: Descriptor): Promise<boolean>
  /** Uploads, or mounts from another repository. Fails with LAYOUT_INVALID when the source is not what its descriptor says. */
  putBlob(source: BlobSource, options?: UploadOptions): Promise<'uploaded' | 'mounted'>
  /** By tag or digest; undefined when there is none. */
  getManifest(reference: string): Promise<ManifestBytes | undefined>
  /** At its digest, read back and compared. */
  putManifest(manifest: ManifestBytes): Promise<void>
  /** At a tag, read back and compared. */
  putTag(tag: string, manifest: ManifestBytes): Promise<void>
}

export interface RepositoryRequest {
  readonly repository: ImageRepository
  readonly credentials: Credentials
  /** Registries (`registry.lan:5000`) that are reached by http though they are not on this machine. */
  readonly insecure?: readonly string[]
  /** What tokens are asked for; `push`, of which pulling is a part, unless told. */
  readonly wish?: Wish
  /** A session that is open already and is used on: one login for a whole run. */
  readonly session?: RegistrySession
}

/** Opens a repository; nothing is sent yet. */
export function openRepository(request: RepositoryRequest, ports: RegistryPorts): Repository {
  const session = sessionOf(request, ports)
  return {
    provePush: () => proveUploads(session),
    hasBlob: blob => hasBlob(session, blob),
    putBlob: (source, options) => uploadBlob(session, source, options),
    getManifest: reference => getManifest(session, reference),
    putManifest: manifest => putManifest(session, manifest),
    putTag: (tag, manifest) => putManifest(session, manifest, tag),
  }
}

/** The requests to a repository that its parts share: one login for all of them. */
export function sessionOf(request: RepositoryRequest, ports: RegistryPorts): RegistrySession {
  if (request.session !== undefined) return request.session
  const { repository, credentials, insecure, wish = 'push' } = request
  return openSession(
    { repository, credentials, origin: originOf(repository.registry, insecure), wish },
    ports,
  )
}
