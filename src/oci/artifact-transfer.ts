import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import type { BlobBytes, BuiltArtifact } from './artifact.ts'
import { readBlob } from './blob-download.ts'
import { bytesSource } from './blob-source.ts'
import { hasBlob, uploadBlob } from './blob-upload.ts'
import { ManifestError, parseManifest, type ImageManifest } from './manifest.ts'
import {
  expectShown,
  getManifest,
  mismatch,
  nameOf,
  sendManifest,
  type ManifestBytes,
} from './manifest-transfer.ts'
import { withHint, withoutSubjects } from './referrers-failure.ts'
import type { RegistrySession } from './registry-session.ts'
import { sideBySide } from './side-by-side.ts'

/** An artifact as it was read: its manifest and the one blob that it has. */
export interface ReadArtifact {
  readonly manifest: ImageManifest
  readonly blob: Buffer
}

const width = 8

/** What a call changed: how many manifests were not there before, and whether the registry said of all of them that it lists them. */
export interface PutOutcome {
  readonly made: number
  readonly announced: boolean
}

/** Pushes artifacts side by side, blobs first; what is there already is not sent again. */
export async function putArtifacts(
  session: RegistrySession,
  artifacts: readonly BuiltArtifact[],
): Promise<PutOutcome> {
  const distinct = [...new Map(artifacts.map(each => [each.entry.digest, each])).values()]
  const [, there] = await Promise.all([
    putBlobs(
      session,
      artifacts.flatMap(each => each.blobs),
    ),
    sideBySide(distinct, width, async each => (await getManifest(session, each.entry.digest)) !== undefined),
  ])
  const missing = distinct.filter((_, at) => there[at] !== true)
  const subjects = await sideBySide(missing, width, each => putReferrer(session, each.manifest))
  return { made: missing.length, announced: subjects.every(subject => subject !== undefined) }
}

/** Pushes small blobs side by side, each digest once, those that are there not again. */
export async function putBlobs(session: RegistrySession, blobs: readonly BlobBytes[]): Promise<void> {
  const distinct = new Map<Digest, BlobBytes>(blobs.map(each => [each.descriptor.digest, each]))
  await sideBySide([...distinct.values()], width, async ({ bytes, descriptor }, signal) => {
    if (await hasBlob(session, descriptor)) return
    await uploadBlob(session, bytesSource(bytes, descriptor), { signal })
  })
}

/**
 * Reads an artifact by an entry of a list of referrers. Fails with REGISTRY_MISMATCH when it is not there, is not of one blob,
 * or the blob has more than `limit` bytes.
 */
export async function readArtifact(
  session: RegistrySession,
  { digest }: Pick<Descriptor, 'digest'>,
  limit: number,
): Promise<ReadArtifact> {
  const found = await getManifest(session, digest)
  if (found === undefined) throw mismatch(session, digest, 'it does not have it')
  const manifest = parsed(session, found)
  const [blob, ...others] = manifest.layers
  if (blob === undefined || others.length > 0) {
    throw unreadable(session, digest, `it has ${manifest.layers.length} blobs, where one is wanted`)
  }
  return { manifest, blob: await readBlob(session, blob, limit) }
}

function putReferrer(session: RegistrySession, manifest: ManifestBytes): Promise<string | undefined> {
  const reference = manifest.descriptor.digest
  return session.ports.patience.retry(`put ${nameOf(session, reference)}`, async tries => {
    const subject = await sendManifest(session, manifest, reference).catch((error: unknown) => {
      throw withHint(error, withoutSubjects(session.access))
    })
    await expectShown(session, manifest, { reference, tries })
    return subject
  })
}

function parsed(session: RegistrySession, { bytes, descriptor }: ManifestBytes): ImageManifest {
  try {
    const value = parseManifest(bytes, descriptor.mediaType)
    if (value.kind === 'manifest') return value
  } catch (error) {
    if (error instanceof ManifestError) throw unreadable(session, descriptor.digest, error.message)
    throw error
  }
  throw unreadable(session, descriptor.digest, 'it is an index')
}

function unreadable(session: RegistrySession, digest: Digest, what: string): Failure {
  return new Failure('REGISTRY_MISMATCH', `cannot read the artifact ${nameOf(session, digest)}: ${what}`, {
    hint: 'It was not made by this action.',
  })
}
