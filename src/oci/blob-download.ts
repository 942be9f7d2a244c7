import { digestOf } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { placeOf, urlOf } from './access.ts'
import { readAtMost } from '../domain/read-at-most.ts'
import type { RegistrySession } from './registry-session.ts'
import { shortDigest } from './upload-place.ts'

/**
 * Reads a whole blob into memory. Repeats while that may help. Fails with REGISTRY_MISMATCH when it is not there, has more than
 * `limit` bytes, or is not what its descriptor says.
 */
export function readBlob(session: RegistrySession, blob: Descriptor, limit: number): Promise<Buffer> {
  const { access, ports } = session
  const doing = `get blob ${shortDigest(blob.digest)} of ${placeOf(access)}`
  const wrong = (what: string): Failure =>
    new Failure('REGISTRY_MISMATCH', `${doing}: ${what}`, {
      hint: `Was it removed, or is a proxy or cache between here and ${access.repository.registry}?`,
    })
  if (blob.size > limit) {
    throw new Failure(
      'REGISTRY_MISMATCH',
      `${doing}: it has ${blob.size} bytes, at most ${limit} are read here`,
    )
  }
  return ports.patience.retry(doing, async () => {
    const response = await session.send({ method: 'GET', url: urlOf(access, `blobs/${blob.digest}`) })
    if (response.status === 404) {
      response.body.resume()
      throw wrong('it is not there')
    }
    if (response.status !== 200) throw await session.refusal(doing, response)
    const bytes = await readAtMost(response.body, blob.size)
    if (bytes.length !== blob.size) throw wrong(`it does not have the ${blob.size} bytes that were announced`)
    if (digestOf(bytes) !== blob.digest) throw wrong(`it has the bytes of ${digestOf(bytes)}`)
    return bytes
  })
}
