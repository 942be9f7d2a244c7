import { copyFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { readInventory } from './read-inventory.ts'
import type { PlatformManifest } from './read-image.ts'
import { completeSbom } from './sbom.ts'
import { formatSpdx, parseSpdx } from './spdx.ts'

export interface SbomFolders {
  readonly layout: string
  /** Where apko wrote its documents. */
  readonly from: string
  /** Where ours go, by the same names. */
  readonly to: string
}

export interface WrittenSbom {
  /** Name in the folder: `sbom-x86_64.spdx.json`. */
  readonly name: string
  /** `name-version` of all installed packages. */
  readonly installed: readonly string[]
  /** Those that apko's document lacked. */
  readonly added: readonly string[]
}

/** Name of the document on the index. */
export const indexSbomName = 'sbom-index.spdx.json'

/**
 * Writes the SBOM of a platform so that it lists every installed package; apko's bytes stay when they do already.
 * Fails with IMAGE_FAILED when apko wrote none.
 */
export async function writeSbom(
  { architecture, manifest }: PlatformManifest,
  { layout, from, to }: SbomFolders,
): Promise<WrittenSbom> {
  const name = `sbom-${architecture.apk}.spdx.json`
  const text = await readFile(join(from, name), 'utf8').catch((cause: unknown) => {
    throw new Failure('IMAGE_FAILED', `apko wrote no SBOM for ${architecture.platform}`, {
      cause,
      hint: 'Take --sbom, --sbom-path and --sbom-formats out of apko-args.',
    })
  })
  const { packages, distribution } = await readInventory(layout, manifest.layers)
  const { document, added } = completeSbom(parseSpdx(text, name), packages, distribution)
  await writeFile(join(to, name), added.length === 0 ? text : formatSpdx(document))
  return { name, added, installed: packages.map(each => `${each.name}-${each.version}`) }
}

/** Takes apko's document on the index along, if it wrote one; answers whether. */
export async function copyIndexSbom({ from, to }: SbomFolders): Promise<boolean> {
  const source = join(from, indexSbomName)
  if ((await stat(source).catch(() => undefined)) === undefined) return false
  await copyFile(source, join(to, indexSbomName))
  return true
}
