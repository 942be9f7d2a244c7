import { RekorWitness } from '@sigstore/sign'
import { libraryFailure } from './library-failure.ts'
import type { Service } from './service.ts'
import type { Witness } from './witness.ts'

/**
 * Rekor's first API: statements are logged as `dsse` entries, files as `hashedrekord`. When an answer was lost and the
 * same entry is sent again, the log's 409 says where it is, and it is fetched. `timeout` is in milliseconds.
 */
export function openRekorV1(url: string, timeout = 30_000): Witness {
  const service: Service = { name: 'Rekor', url }
  const rekor = new RekorWitness({
    rekorBaseURL: url,
    majorApiVersion: 1,
    timeout,
    retry: 0,
    fetchOnConflict: true,
  })
  return {
    async testify({ content, verifier }, tries) {
      try {
        const { tlogEntries } = await rekor.testify(content, verifier)
        return { entries: tlogEntries }
      } catch (error) {
        throw libraryFailure(error, service, tries)
      }
    },
  }
}
