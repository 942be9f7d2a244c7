import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { formatRepository } from './reference.ts'
import { openRepository, type RepositoryRequest } from './registry-client.ts'
import type { PushPorts } from './push.ts'

export interface TagRequest extends RepositoryRequest {
  /** What the tags shall name; it has to be in the repository. */
  readonly digest: Digest
  /** In the order in which they are set. */
  readonly tags: readonly string[]
}

/**
 * Sets tags one after the other, each read back and compared, and stops at the first that fails. Fails as `Repository` does,
 * with REGISTRY_MISMATCH before any tag is set when the digest is not there.
 */
export async function moveTags(request: TagRequest, ports: PushPorts): Promise<void> {
  const repository = openRepository(request, ports)
  const manifest = await repository.getManifest(request.digest)
  const name = formatRepository(request.repository)
  if (manifest === undefined) {
    throw new Failure('REGISTRY_MISMATCH', `${name} does not have ${request.digest}, so no tag can name it`, {
      hint: 'Push the image first.',
    })
  }
  for (const tag of request.tags) {
    await repository.putTag(tag, manifest)
    ports.log.info(`${name}:${tag} is ${request.digest}`)
  }
}
