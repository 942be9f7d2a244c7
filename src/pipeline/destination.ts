import type { Credentials } from '../oci/credentials.ts'
import type { ImageRepository } from '../oci/reference.ts'
import { sessionOf } from '../oci/registry-client.ts'
import type { RegistrySession } from '../oci/registry-session.ts'
import type { World } from '../ports.ts'

/** Where an image goes, who we are there, and the one session that a run has with it. */
export interface Destination {
  readonly repository: ImageRepository
  readonly credentials: Credentials
  readonly session: RegistrySession
}

/** Opens a destination; nothing is sent yet. */
export function openDestination(
  repository: ImageRepository,
  credentials: Credentials,
  world: World,
): Destination {
  return { repository, credentials, session: sessionOf({ repository, credentials }, world) }
}
