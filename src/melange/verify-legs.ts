import { basename, join } from 'node:path'
import type { Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import type { LegFolder } from './find-repositories.ts'
import { sideBySide } from './side-by-side.ts'
import { verifyRepository, type VerifiedApk } from './verify-repository.ts'

/** Files that are read side by side. */
const readers = 4

/**
 * The packages of all legs, each proven against the signed index of its leg; what several legs have is there once. Fails with
 * PACKAGES_INVALID for everything that is wrong, with a package that two legs have with other bytes, and with a platform that none has.
 */
export async function verifyLegs(
  legs: readonly LegFolder[],
  platforms: readonly Architecture[],
): Promise<readonly VerifiedApk[]> {
  const found: Failure[] = []
  const results = await sideBySide(legs, readers, leg => collect(found, () => verifyRepository(leg)))
  const all = results.flatMap(result => {
    if (result.status === 'rejected') throw result.reason
    return result.value ?? []
  })
  throwIfAny(found)
  const known = new Map<string, VerifiedApk>()
  for (const apk of all) {
    const file = join(apk.lane, basename(apk.path))
    const other = known.get(file)
    if (other === undefined) known.set(file, apk)
    else if (other.checksum !== apk.checksum) found.push(clash(file, other.leg, apk.leg))
  }
  for (const { apk, platform } of platforms) {
    if (!all.some(({ lane }) => lane === apk)) found.push(lacking(platform, legs))
  }
  throwIfAny(found)
  return [...known.values()]
}

function clash(file: string, first: LegFolder, second: LegFolder): Failure {
  return new Failure(
    'PACKAGES_INVALID',
    `input "packages": ${first.title} and ${second.title} both have ${file}, with different content`,
    { hint: 'Build each package in one leg for each architecture, as the plan action deals them out.' },
  )
}

function lacking(platform: string, legs: readonly LegFolder[]): Failure {
  return new Failure(
    'PACKAGES_INVALID',
    `input "packages": none of ${legs.map(({ title }) => title).join(', ')} has packages for ${platform}, which an image is built for`,
    { hint: 'Hand over the packages of every leg, or leave the platform out of "platforms".' },
  )
}
