import { hexOf, type Digest } from '../domain/digest.ts'
import { takePart, type SpdxPart } from './spdx-part.ts'
import type { NamePool } from './spdx-pool.ts'
import type { SpdxDocument, SpdxElement, SpdxPackage, SpdxRelationship } from './spdx.ts'

/** The complete document on one platform. */
export interface PlatformDocument {
  /** apk's name of the architecture, which goes before the ids: `x86_64`. */
  readonly arch: string
  /** Of the platform's manifest. */
  readonly digest: Digest
  readonly document: SpdxDocument
}

export interface Surroundings {
  /** What apko's own document says. */
  readonly part: SpdxPart
  readonly pool: NamePool
  readonly root: SpdxPackage
}

export interface TakenPlatform {
  /** What stands for the platform's image: apko's element in the document on the index, with what only the platform's has. */
  readonly image: SpdxPackage
  readonly part: SpdxPart
  readonly relationships: readonly SpdxRelationship[]
}

/** Takes in what is said of a platform: its image, which the index contains, and all that the image contains. */
export function takePlatform(
  { arch, digest, document }: PlatformDocument,
  { part: { packages }, pool, root }: Surroundings,
): TakenPlatform {
  const listed = imageIn({ packages }, digest)
  const isImage = (element: SpdxElement): boolean => 'name' in element && element.name === digest
  const part = takePart(document, pool, {
    prefix: arch,
    same: element => (isImage(element) ? listed?.SPDXID : undefined),
  })
  const image = {
    ...(imageIn(part, digest) ?? imageElement(digest, listed?.SPDXID ?? pool.take('SPDXRef-Image', arch))),
    ...listed,
  }
  const contains = (from: string, to: string): SpdxRelationship => ({
    spdxElementId: from,
    relationshipType: 'CONTAINS',
    relatedSpdxElement: to,
  })
  const contained = [...part.described, ...looseIn(part)].filter(id => id !== image.SPDXID)
  return {
    image,
    part,
    relationships: [
      contains(root.SPDXID, image.SPDXID),
      ...part.relationships,
      ...contained.map(id => contains(image.SPDXID, id)),
    ],
  }
}

/** Packages that nothing ties to the image: apko 0.14 relates none of them, later ones not the operating system. */
function looseIn({ packages, relationships }: SpdxPart): readonly string[] {
  const tied = relationships.flatMap(({ spdxElementId, relationshipType, relatedSpdxElement }) =>
    /_OF$|^CONTAINED_BY$/.test(relationshipType) ? [spdxElementId] : [relatedSpdxElement],
  )
  const all = new Set(tied)
  return packages.map(({ SPDXID }) => SPDXID).filter(id => !all.has(id))
}

/** The element of an image or index: apko names it by its digest. */
export function imageIn({ packages }: Pick<SpdxPart, 'packages'>, digest: Digest): SpdxPackage | undefined {
  return packages.find(({ name }) => name === digest)
}

/** What is said of an image that apko says nothing of. */
export function imageElement(digest: Digest, id: string) {
  return {
    SPDXID: id,
    name: digest,
    versionInfo: digest,
    filesAnalyzed: false,
    downloadLocation: 'NOASSERTION',
    supplier: 'NOASSERTION',
    primaryPackagePurpose: 'CONTAINER',
    checksums: [{ algorithm: 'SHA256', checksumValue: hexOf(digest) }],
  }
}
