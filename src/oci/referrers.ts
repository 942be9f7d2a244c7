import type { Digest } from '../domain/digest.ts'
import type { Descriptor } from '../domain/image.ts'
import { buildArtifact, type Artifact, type BlobBytes } from './artifact.ts'
import { putArtifacts, readArtifact, type ReadArtifact } from './artifact-transfer.ts'
import { readBlob } from './blob-download.ts'
import { putImageTag, type TaggedLayers } from './image-tag.ts'
import { nameOf } from './manifest-transfer.ts'
import type { PushPorts } from './push.ts'
import { askReferrers, awaitListed, type ReferrersQuery } from './referrers-api.ts'
import { listReferrers, type Listing } from './referrers-list.ts'
import { addToReferrersTag, readReferrersTag, referrersTag } from './referrers-tag.ts'
import { sessionOf, type RepositoryRequest } from './registry-client.ts'

/**
 * What is attached to the images of one repository (distribution spec v1.1, referrers), with one login for all calls.
 * Each fails as `Repository` does.
 */
export interface Referrers {
  /**
   * How referrers of the digest are listed; asked once. Call it when the subject is pushed and before anything is signed:
   * fails with REGISTRY_MISMATCH when something else is at the tag that stands in for the API. Writes nothing.
   */
  probe(subject: Digest): Promise<Listing>
  /**
   * Attaches all artifacts to one subject and makes them found: what is there already is not sent again, the list is
   * written once. Lists of other writers are merged; one that replaced ours is repaired, and that is a warning. Fails with
   * REGISTRY_FAILED when the registry takes neither, REGISTRY_MISMATCH when it does not come to list them.
   */
  attach(request: AttachRequest): Promise<Attached>
  /** What refers to a digest, with artifactType and annotations. */
  list(query: ReferrersQuery): Promise<readonly Descriptor[]>
  /** By an entry of the list; blobs of at most `limit` bytes, 128 MiB unless told. Fails with REGISTRY_MISMATCH. */
  read(entry: Pick<Descriptor, 'digest'>, limit?: number): Promise<ReadArtifact>
  /** A layer of an image; `limit` as above. */
  readBlob(blob: Descriptor, limit?: number): Promise<Buffer>
  /** Adds layers to the image of a shared tag, as older cosign keeps signatures. One that replaced ours is repaired, and that is a warning. */
  putImageTag<Layer extends BlobBytes>(request: TaggedLayers<Layer>): Promise<void>
}

export interface AttachRequest {
  readonly subject: Descriptor
  readonly artifacts: readonly Artifact[]
}

export interface Attached {
  /** In the order of the artifacts, as lists name them. */
  readonly entries: readonly Descriptor[]
  readonly listing: Listing
  /** Number of artifacts that were not there before. */
  readonly made: number
  /** How often another writer's list replaced ours, which was repaired. */
  readonly losses: number
}

const defaultLimit = 128 * 1024 * 1024

/** Opens what is attached in a repository; nothing is sent yet. */
export function openReferrers(request: RepositoryRequest, ports: PushPorts): Referrers {
  const session = sessionOf(request, ports)
  let listing: Listing | undefined

  const warnOf = (losses: number, tag: string): void => {
    if (losses === 0) return
    ports.log.warning(
      `${nameOf(session, tag)}: another job wrote there at the same time, and what this one had put was lost; it was put back. Let one job alone sign and attest an image.`,
    )
  }

  return {
    async probe(subject) {
      if (listing !== undefined) return listing
      const listed = await askReferrers(session, { digest: subject })
      if (listed === undefined) await readReferrersTag(session, subject)
      listing = listed === undefined ? 'tag' : 'api'
      return listing
    },

    async attach({ subject, artifacts }) {
      const built = artifacts.map(artifact => buildArtifact(subject, artifact))
      const entries = built.map(each => each.entry)
      const { made, announced } = await putArtifacts(session, built)
      const listed = listing === 'tag' ? undefined : await askReferrers(session, { digest: subject.digest })
      const found = new Set(listed?.entries.map(each => each.digest))
      const missing = entries.filter(each => !found.has(each.digest))
      listing = listed === undefined ? 'tag' : 'api'
      // The spec has clients keep the tag whenever the registry did not say that it lists what was put.
      const losses =
        missing.length > 0 && (listing === 'tag' || !announced)
          ? await addToReferrersTag(session, subject.digest, entries)
          : 0
      if (listing === 'api' && missing.length > 0) {
        const wanted = missing.map(each => each.digest)
        await awaitListed(session, subject.digest, wanted)
      }
      warnOf(losses, referrersTag(subject.digest))
      return { entries, listing, made, losses }
    },

    async list(query) {
      const listed = await listReferrers(session, query, listing)
      listing = listed.listing
      return listed.entries
    },

    read: (entry, limit = defaultLimit) => readArtifact(session, entry, limit),
    readBlob: (blob, limit = defaultLimit) => readBlob(session, blob, limit),
    async putImageTag(request) {
      warnOf(await putImageTag(session, request), request.tag)
    },
  }
}
