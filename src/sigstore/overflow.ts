import { Failure } from '../domain/failure.ts'
import type { Log } from '../ports.ts'
import type { Signed, Witness } from './witness.ts'

/**
 * A log that hands on to other witnesses, all of them, what is too large for it: Rekor's first API is sent whole
 * statements (SBOMs), the second only hashes. Said in one line each.
 */
export function withOverflow(log: Witness, others: readonly Witness[], say: Pick<Log, 'info'>): Witness {
  const tooLarge = new WeakSet<Signed>()
  const handOn: Witness['testify'] = async (signed, tries) => {
    const all = await Promise.all(others.map(witness => witness.testify(signed, tries)))
    return {
      entries: all.flatMap(({ entries = [] }) => entries),
      timestamps: all.flatMap(({ timestamps = [] }) => timestamps),
    }
  }
  return {
    async testify(signed, tries) {
      if (tooLarge.has(signed)) return handOn(signed, tries)
      try {
        return await log.testify(signed, tries)
      } catch (error) {
        if (others.length === 0 || !saysTooLarge(error)) throw error
        say.info(`${error.message}: logged in Rekor v2 instead, which takes the hash alone`)
        tooLarge.add(signed)
        return handOn(signed, tries)
      }
    },
  }
}

function saysTooLarge(error: unknown): error is Failure {
  return error instanceof Failure && /answered 413\b|too large/i.test(error.message)
}
