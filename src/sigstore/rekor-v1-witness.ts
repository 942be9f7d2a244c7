import { HashAlgorithm } from '@sigstore/protobuf-specs'
import { RekorWitness } from '@sigstore/sign'
import { Transient } from '../domain/transient.ts'
import type { Log } from '../ports.ts'
import { libraryFailure } from './library-failure.ts'
import { titleOf, type Service } from './service.ts'
import type { Signed, Testimony, Witness } from './witness.ts'

const timeout = 30_000

/**
 * Rekor's first API. Statements are logged as `dsse` entries, files as `hashedrekord`. When an answer was lost and the
 * same entry is sent again, the log's 409 says where it is, and it is fetched. A statement that is too large for the log
 * is logged by its hash instead (`hashedrekord` of the signed bytes), which verifiers take as well.
 */
export function openRekorV1(url: string, log: Pick<Log, 'info'>, patience: number = timeout): Witness {
  const service: Service = { name: 'Rekor', url }
  const rekor = new RekorWitness({
    rekorBaseURL: url,
    majorApiVersion: 1,
    timeout: patience,
    retry: 0,
    fetchOnConflict: true,
  })
  const submit = async (signed: Signed, content: Signed['content'], tries: number): Promise<Testimony> => {
    try {
      const {
        tlogEntries: [entry],
      } = await rekor.testify(content, signed.verifier)
      return entry === undefined ? {} : { entry }
    } catch (error) {
      throw libraryFailure(error, service, tries)
    }
  }
  const tooLarge = new WeakSet<Signed>()
  return {
    async testify(signed, tries) {
      if (tooLarge.has(signed)) return submit(signed, hashOf(signed), tries)
      try {
        return await submit(signed, signed.content, tries)
      } catch (error) {
        if (error instanceof Transient || signed.content.$case !== 'dsseEnvelope' || !saysTooLarge(error))
          throw error
        log.info(`${titleOf(service)} does not take a statement of this size: only its hash is logged`)
        tooLarge.add(signed)
        return submit(signed, hashOf(signed), tries)
      }
    },
  }
}

function hashOf({ digest, signature }: Signed): Signed['content'] {
  const messageDigest = { algorithm: HashAlgorithm.SHA2_256, digest }
  return { $case: 'messageSignature', messageSignature: { messageDigest, signature } }
}

function saysTooLarge(error: unknown): boolean {
  return error instanceof Error && /answered 413|too large/i.test(error.message)
}
