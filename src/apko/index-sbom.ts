import { hexOf, type Digest } from '../domain/digest.ts'
import { imageElement, imageIn, takePlatform, type PlatformDocument } from './platform-part.ts'
import { licencesIn } from './spdx-names.ts'
import { takePart } from './spdx-part.ts'
import { openNamePool, type NamePool } from './spdx-pool.ts'
import type { SpdxDocument, SpdxLicence, SpdxPackage, SpdxRelationship } from './spdx.ts'

export interface IndexParts {
  readonly index: Digest
  /** apko's own document on the index, which lists the images of the platforms and no packages; one is made without it. */
  readonly own?: SpdxDocument | undefined
  readonly platforms: readonly PlatformDocument[]
}

/**
 * The SPDX 2.3 document of an image index: all that its platforms' documents list, each under the image of its platform,
 * which the index contains. Ids are made unique, and nothing names what is not there. The same parts give the same document.
 */
export function mergeSboms({ index, own, platforms }: IndexParts): SpdxDocument {
  const base = own ?? emptyDocument(index, platforms)
  const pool = openNamePool()
  const part = takePart(base, pool)
  const root = imageIn(part, index) ?? imageElement(index, pool.take(`SPDXRef-Package-${index}`, ''))
  const taken = platforms.map(each => takePlatform(each, { part, pool, root }))
  const parts = [part, ...taken.map(each => each.part)]
  const packages = firstById([
    root,
    ...taken.map(({ image }) => image),
    ...parts.flatMap(each => each.packages),
  ])
  const files = parts.flatMap(each => each.files)
  const snippets = parts.flatMap(each => each.snippets)
  const licences = [...pool.licences.values(), ...unknownLicences([...packages, ...files, ...snippets], pool)]
  const documents = [...pool.documents.values()]
  return {
    ...base,
    creationInfo: withCreator(base.creationInfo),
    documentNamespace: `https://spdx.org/spdxdocs/giropops-build/sbom-index-${hexOf(index)}`,
    documentDescribes: [...new Set([root.SPDXID, ...part.described])],
    packages,
    ...(files.length > 0 && { files }),
    ...(snippets.length > 0 && { snippets }),
    relationships: distinct([...part.relationships, ...taken.flatMap(each => each.relationships)]),
    ...(licences.length > 0 && { hasExtractedLicensingInfos: licences }),
    ...(documents.length > 0 && { externalDocumentRefs: documents }),
  }
}

function emptyDocument(index: Digest, platforms: readonly PlatformDocument[]): SpdxDocument {
  const times = platforms.map(({ document }) => document.creationInfo.created).sort()
  return {
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `sbom-${index}`,
    spdxVersion: 'SPDX-2.3',
    creationInfo: { created: times.at(-1) ?? '1970-01-01T00:00:00Z', creators: [] },
    dataLicense: 'CC0-1.0',
    packages: [],
    relationships: [],
  }
}

function withCreator(creation: SpdxDocument['creationInfo']): SpdxDocument['creationInfo'] {
  return { ...creation, creators: [...new Set([...(creation.creators ?? []), 'Tool: giropops-build'])] }
}

/** Licences that packages name and nobody describes: SPDX wants each described (2.3, clause 10). */
function unknownLicences(elements: readonly object[], { licences }: NamePool): readonly SpdxLicence[] {
  return [...licencesIn(elements)]
    .filter(id => !licences.has(id))
    .map(licenseId => ({ licenseId, extractedText: 'The packages do not give the text of this licence.' }))
}

function firstById(packages: readonly SpdxPackage[]): readonly SpdxPackage[] {
  const byId = new Map<string, SpdxPackage>()
  for (const each of packages) if (!byId.has(each.SPDXID)) byId.set(each.SPDXID, each)
  return [...byId.values()]
}

function distinct(relationships: readonly SpdxRelationship[]): readonly SpdxRelationship[] {
  return [...new Map(relationships.map(each => [JSON.stringify(each), each] as const)).values()]
}
