import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { PlatformImage } from '../domain/image.ts'
import { objectsIn, parseObject, textOf, type JsonObject } from './json-document.ts'

/**
 * Path of the SPDX document that a scanner is to read: the platform's own; where a package URL in it tells another distribution
 * than the image's (melange's `namespace` does), a copy in `folder` that tells the image's, by which its package manager
 * and every scanner of file systems go. Fails with SCAN_FAILED when it cannot be read.
 */
export async function scannableSbom(
  { sbom, apks, platform }: Pick<PlatformImage, 'sbom' | 'apks' | 'platform'>,
  folder: string,
): Promise<string> {
  const document = parseObject(await readFile(sbom, 'utf8').catch(() => ''))
  if (document === undefined) {
    throw new Failure('SCAN_FAILED', `the SBOM of ${platform} cannot be read: ${sbom}`, {
      hint: 'Keep the output folder as the run writes it.',
    })
  }
  const id = apks[0]?.distribution
  const own = id === undefined ? undefined : distributionOf(document, id)
  if (own === undefined) return sbom
  let changed = false
  const packages = objectsIn(document['packages']).map(entry => ({
    ...entry,
    externalRefs: objectsIn(entry['externalRefs']).map(ref => {
      const url = textOf(ref['referenceLocator'])
      const told = toldBy(url)
      if (told === undefined || isOf(told, own.id)) return ref
      changed = true
      return { ...ref, referenceLocator: url.replace(/([?&]distro=)[^&#]*/, `$1${own.value}`) }
    }),
  }))
  if (!changed) return sbom
  const copy = join(folder, 'sbom.spdx.json')
  await writeFile(copy, JSON.stringify({ ...document, packages }))
  return copy
}

/** The value of `distro` that stands for the image's distribution, as package URLs in the document have it: `alpine-3.22.1`. */
function distributionOf(document: JsonObject, id: string): { readonly id: string; readonly value: string } {
  const urls = objectsIn(document['packages'])
    .flatMap(entry => objectsIn(entry['externalRefs']))
    .map(ref => toldBy(textOf(ref['referenceLocator'])))
  const values = urls.filter(told => told !== undefined && isOf(told, id))
  return { id, value: values.find(told => told !== id) ?? values[0] ?? id }
}

/** The qualifier `distro` of an apk's package URL. */
function toldBy(url: string): string | undefined {
  return url.startsWith('pkg:apk/') ? /[?&]distro=([^&#]*)/.exec(url)?.[1] : undefined
}

function isOf(told: string, id: string): boolean {
  return told === id || told.startsWith(`${id}-`)
}
