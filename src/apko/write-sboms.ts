import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hexOf, type Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { InstalledApk } from '../domain/installed-apk.ts'
import type { InstalledPackage } from './installed-database.ts'
import { mergeSboms } from './index-sbom.ts'
import { readInventory, type Inventory } from './read-inventory.ts'
import type { PlatformManifest } from './read-image.ts'
import { completeSbom } from './sbom.ts'
import { formatSpdx, parseSpdx, type SpdxDocument } from './spdx.ts'

export interface SbomFolders {
  readonly layout: string
  /** Where apko wrote its documents. */
  readonly from: string
  /** Where ours go, by the same names. */
  readonly to: string
}

export interface WrittenSbom {
  readonly platform: PlatformManifest
  /** Name in the folder: `sbom-x86_64.spdx.json`. */
  readonly name: string
  /** What it says: every installed package. */
  readonly document: SpdxDocument
  /** All installed packages, in the order of the package database. */
  readonly apks: readonly InstalledApk[]
  /** The same with all that the database says of them. */
  readonly installed: readonly InstalledPackage[]
  /** `name-version` of those that apko's document lacked. */
  readonly added: readonly string[]
}

/** Name of the document on the index. */
export const indexSbomName = 'sbom-index.spdx.json'

/**
 * Writes the SBOM of a platform so that it lists every installed package as scanners need it; apko's bytes stay when they do already.
 * Fails with IMAGE_FAILED when apko wrote none.
 */
export async function writeSbom(
  platform: PlatformManifest,
  { layout, from, to }: SbomFolders,
): Promise<WrittenSbom> {
  const { architecture, manifest } = platform
  const name = `sbom-${architecture.apk}.spdx.json`
  const text = await readFile(join(from, name), 'utf8').catch((cause: unknown) => {
    throw new Failure('IMAGE_FAILED', `apko wrote no SBOM for ${architecture.platform}`, {
      cause,
      hint: 'Take --sbom, --sbom-path and --sbom-formats out of apko-args.',
    })
  })
  const inventory = await readInventory(layout, manifest.layers)
  const own = parseSpdx(text, name)
  const { document, added } = completeSbom(own, inventory.packages, inventory.distribution)
  await writeFile(join(to, name), document === own ? text : formatSpdx(document))
  return { platform, name, document, added, apks: apksOf(inventory), installed: inventory.packages }
}

/** Writes new digests in the place of old ones, in all documents that apko wrote: it names its images by them. */
export async function renameDigests(folder: string, renamed: ReadonlyMap<Digest, Digest>): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const text = await readFile(file, 'utf8')
    const next = [...renamed].reduce((all, [old, now]) => all.replaceAll(hexOf(old), hexOf(now)), text)
    if (next !== text) await writeFile(file, next)
  }
}

/** Writes the SBOM of the index, which lists the packages of every platform; apko's own lists none, or is not there. */
export async function writeIndexSbom(
  index: Digest,
  sboms: readonly WrittenSbom[],
  { from, to }: SbomFolders,
): Promise<void> {
  const text = await readFile(join(from, indexSbomName), 'utf8').catch(unlessMissing)
  const document = mergeSboms({
    index,
    own: text === undefined ? undefined : parseSpdx(text, indexSbomName),
    platforms: sboms.map(({ platform, document: each }) => ({
      arch: platform.architecture.apk,
      digest: platform.descriptor.digest,
      document: each,
    })),
  })
  await writeFile(join(to, indexSbomName), formatSpdx(document))
}

function apksOf({ packages, distribution }: Inventory): readonly InstalledApk[] {
  const known = distribution.id === 'unknown' ? {} : { distribution: distribution.id }
  return packages.map(({ name, version, arch, checksum }) => ({ name, version, arch, checksum, ...known }))
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
  throw error
}
