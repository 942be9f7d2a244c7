import { digestOf, isDigest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse } from '../ports.ts'
import { placeOf, urlOf } from './access.ts'
import { manifestLimit, mediaTypes } from './media-type.ts'
import { readAtMost } from '../domain/read-at-most.ts'
import { readComplaint } from './complaint.ts'
import { judge } from './registry-failure.ts'
import type { RegistrySession } from './registry-session.ts'
import { expectStatus } from './upload-place.ts'

/** A manifest or index as it travels. */
export interface ManifestBytes {
  readonly descriptor: Descriptor
  readonly bytes: Uint8Array
}

/**
 * Gets a manifest by tag or digest; undefined when there is none. Repeats while that may help. Fails with REGISTRY_MISMATCH
 * when the bytes are not those of the digest asked for or announced.
 */
export function getManifest(session: RegistrySession, reference: string): Promise<ManifestBytes | undefined> {
  const what = `get ${nameOf(session, reference)}`
  return session.ports.patience.retry(what, () => fetchManifest(session, reference))
}

/**
 * Puts a manifest at its digest, or at `tag`, and reads it back until the registry shows the same bytes. Fails with
 * REGISTRY_MISMATCH when it shows others.
 */
export function putManifest(session: RegistrySession, manifest: ManifestBytes, tag?: string): Promise<void> {
  const reference = tag ?? manifest.descriptor.digest
  return session.ports.patience.retry(`put ${nameOf(session, reference)}`, async tries => {
    await sendManifest(session, manifest, reference)
    await expectShown(session, manifest, { reference, tries })
  })
}

/** Puts a manifest once, without looking at it again. Answers the OCI-Subject header, by which registries say that they list it as a referrer. */
export async function sendManifest(
  session: RegistrySession,
  { descriptor, bytes }: ManifestBytes,
  reference: string,
): Promise<string | undefined> {
  const response = await session.send({
    method: 'PUT',
    url: urlOf(session.access, `manifests/${reference}`),
    headers: { 'content-type': descriptor.mediaType },
    body: bytes,
  })
  const doing = `put ${nameOf(session, reference)}`
  if (response.status === 400) throw await refusedManifest(session, response, doing)
  await expectStatus(session, response, { doing, statuses: [200, 201, 202] })
  const announced = response.headers['docker-content-digest'] ?? descriptor.digest
  if (announced !== descriptor.digest) throw mismatch(session, reference, `it calls it ${announced}`)
  return response.headers['oci-subject']
}

/**
 * A digest that the registry does not find in what was sent was computed here, from these bytes. Registries on files say so for a moment
 * while another run pushes the same blobs: that passes.
 */
async function refusedManifest(
  session: RegistrySession,
  response: HttpResponse,
  doing: string,
): Promise<Failure | Transient> {
  const complaint = await readComplaint(response)
  const now = session.ports.clock.now()
  const failure = judge(response, complaint, { doing, access: session.access, now })
  return failure instanceof Failure && complaint.code === 'DIGEST_INVALID' ? new Transient(failure) : failure
}

/** Looks once at what was put: throws Transient when it is not shown and the tries are few, else the Failure. */
export async function expectShown(
  session: RegistrySession,
  { descriptor, bytes }: ManifestBytes,
  { reference, tries }: { readonly reference: string; readonly tries: number },
): Promise<void> {
  const shown = await fetchManifest(session, reference, descriptor.mediaType)
  if (shown !== undefined && Buffer.compare(shown.bytes, bytes) === 0) return
  const failure = mismatch(
    session,
    reference,
    shown === undefined ? 'it does not have it' : `it shows ${shown.descriptor.digest}`,
  )
  // Registries with several copies may need a moment.
  throw tries < settlingTries ? new Transient(failure) : failure
}

const settlingTries = 3

/** As {@link getManifest}, one try. */
export async function fetchManifest(
  session: RegistrySession,
  reference: string,
  mediaType?: string,
): Promise<ManifestBytes | undefined> {
  const accept = [...new Set([...(mediaType === undefined ? [] : [mediaType]), ...Object.values(mediaTypes)])]
  const response = await session.send({
    method: 'GET',
    url: urlOf(session.access, `manifests/${reference}`),
    headers: { accept: accept.join(', ') },
  })
  if (response.status === 404) {
    response.body.resume()
    return undefined
  }
  if (response.status !== 200) {
    throw await session.refusal(`get ${nameOf(session, reference)}`, response)
  }
  const bytes = await readAtMost(response.body, manifestLimit)
  if (bytes.length > manifestLimit)
    throw mismatch(session, reference, `it has more than ${manifestLimit} bytes`)
  const digest = digestOf(bytes)
  const expected = isDigest(reference) ? reference : response.headers['docker-content-digest']
  if (expected !== undefined && expected !== digest) {
    throw mismatch(session, reference, `it shows bytes of ${digest} as ${expected}`)
  }
  return { bytes, descriptor: { mediaType: typeOf(response), digest, size: bytes.length } }
}

/** Media type of an answer, without parameters. */
export function typeOf(response: HttpResponse): string {
  return (response.headers['content-type'] ?? '').split(';')[0]?.trim() ?? ''
}

/** How messages name it: `ghcr.io/octo/demo:latest`. */
export function nameOf({ access }: RegistrySession, reference: string): string {
  return `${placeOf(access)}${isDigest(reference) ? '@' : ':'}${reference}`
}

/** The registry shows something else than what was put there, or named by the digest. */
export function mismatch(session: RegistrySession, reference: string, what: string): Failure {
  const { registry } = session.access.repository
  return new Failure(
    'REGISTRY_MISMATCH',
    `${registry} does not give back what was put at ${nameOf(session, reference)}: ${what}`,
    { hint: `Is a proxy or cache between here and ${registry}, or did another job push at the same time?` },
  )
}
