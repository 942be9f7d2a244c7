import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import { fetchManifest, nameOf, sendManifest, type ManifestBytes } from './manifest-transfer.ts'
import type { RegistrySession } from './registry-session.ts'

/** A tag whose manifest others write too: each adds to what it finds, and registries know no lock. */
export interface SharedTag {
  readonly tag: string
  /** Digest that the tag shows where there is no such tag. */
  readonly alias?: Digest | undefined
  /** The manifest with ours in it, made of what the tag shows; undefined when all of ours is there. */
  readonly merge: (shown: ManifestBytes | undefined) => Promise<ManifestBytes | undefined>
  /** What to throw when the registry does not take the manifest. */
  readonly refused: (error: unknown) => unknown
}

const mostLosses = 8
const aliasTries = 3
const shortestPause = 100
const longestPause = 5000

/**
 * Adds to a shared tag: reads, merges, writes once, and looks again until all of ours is shown: at once, and after a pause
 * longer than another writer takes from reading to writing. What another writer replaced is merged and written again after a
 * random wait. Answers how often that was.
 *
 * Fails with REGISTRY_FAILED when others replace it too often, REGISTRY_MISMATCH when the tag does not come to show it.
 */
export function mergeIntoTag(session: RegistrySession, shared: SharedTag): Promise<number> {
  const { tag, alias, merge, refused } = shared
  const { patience, clock } = session.ports
  const name = nameOf(session, tag)
  /** What the tag showed when we wrote; undefined when it showed nothing. */
  let written: { readonly over: Digest | undefined } | undefined
  let pause = 0
  let losses = 0
  let aliased = 0

  const look = async (): Promise<ManifestBytes | undefined> => {
    const found = await fetchManifest(session, tag)
    if (alias === undefined || found?.descriptor.digest !== alias) return found
    if (written !== undefined && (aliased += 1) > aliasTries) throw refused(aliasShown(name))
    return undefined
  }
  const overwritten = (): Failure | Transient => {
    written = undefined
    losses += 1
    return losses > mostLosses ? lostForGood(name) : new Transient(lost(name))
  }

  return patience.retry(`put ${name}`, async () => {
    for (;;) {
      const start = clock.now().getTime()
      const shown = await look()
      const digest = shown?.descriptor.digest
      if (written !== undefined && written.over === digest) throw new Transient(notShown(name))
      const next = await merge(shown)
      if (next === undefined) {
        if (pause === 0) return losses
        await clock.sleep(pause)
        pause = 0
        continue
      }
      if (written !== undefined) throw overwritten()
      pause = shortestPause
      await sendManifest(session, next, tag).catch((error: unknown) => {
        throw refused(error)
      })
      written = { over: digest }
      const took = clock.now().getTime() - start
      pause = Math.min(longestPause, Math.max(pause, 2 * took))
    }
  })
}

function notShown(name: string): Failure {
  return new Failure('REGISTRY_MISMATCH', `${name} does not show what was put there`, {
    hint: 'Is a proxy or cache between here and the registry?',
  })
}

function aliasShown(name: string): Failure {
  return new Failure('REGISTRY_FAILED', `${name} shows the image itself instead of what was put there`)
}

function lost(name: string): Failure {
  return new Failure('REGISTRY_FAILED', `another writer replaced what was put at ${name}`, { hint: alone })
}

function lostForGood(name: string): Failure {
  return new Failure(
    'REGISTRY_FAILED',
    `other writers replaced what was put at ${name}, ${mostLosses + 1} times in a row`,
    { hint: alone },
  )
}

const alone =
  'Let nothing else sign or attest the same image at the same time (cosign, actions/attest), then run again.'
