import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Architecture } from '../domain/architecture.ts'
import { addressOf, isPath } from './local-repository.ts'

/** A local repository that has nothing for an architecture. */
export interface MissingIndex {
  /** Address as it was written: `./packages`. */
  readonly repository: string
  /** apk's name of the architecture. */
  readonly arch: string
}

/** Finds local repositories without an index: apko passes over them, and the old ones do not even say so. */
export async function findMissingIndexes(
  repositories: readonly string[],
  architectures: readonly Architecture[],
  folder: string,
): Promise<readonly MissingIndex[]> {
  const wanted = repositories
    .map(addressOf)
    .filter(isPath)
    .flatMap(repository => architectures.map(({ apk }) => ({ repository, arch: apk })))
  const found = await Promise.all(
    wanted.map(async ({ repository, arch }) => {
      const index = join(resolve(folder, repository), arch, 'APKINDEX.tar.gz')
      return stat(index).catch(() => undefined)
    }),
  )
  return wanted.filter((_, at) => found[at] === undefined)
}
