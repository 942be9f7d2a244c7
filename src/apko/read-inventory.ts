import { Failure } from '../domain/failure.ts'
import type { Descriptor } from '../domain/image.ts'
import { databasePaths, parseInstalled, type InstalledPackage } from './installed-database.ts'
import { findTexts } from './layer-files.ts'
import { osReleasePaths, readDistribution, type Distribution } from './os-release.ts'

/** What an image consists of, by its own account. */
export interface Inventory {
  readonly packages: readonly InstalledPackage[]
  readonly distribution: Distribution
}

/**
 * Reads the package database and the distribution of one platform from its layers. Fails with LAYOUT_INVALID when there is
 * no database: an image of apko always has one.
 */
export async function readInventory(layout: string, layers: readonly Descriptor[]): Promise<Inventory> {
  const [database, osRelease] = await findTexts(layout, layers, [databasePaths, osReleasePaths])
  if (database === undefined) {
    throw new Failure('LAYOUT_INVALID', `${layout}: no layer has the package database ${databasePaths[1]}`, {
      hint: 'The image cannot be accounted for without it; it was not made by apko, or a path of the apko file replaces it.',
    })
  }
  return { packages: parseInstalled(database), distribution: readDistribution(osRelease) }
}
