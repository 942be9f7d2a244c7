import type { InstalledPackage } from './installed-database.ts'
import { isLicenseExpression } from './license-expression.ts'
import { mendPackageUrl } from './mended-package-url.ts'
import type { Distribution } from './os-release.ts'
import { packageUrlOf, readPackageUrl } from './package-url.ts'
import { freeId } from './spdx-id.ts'
import type { SpdxDocument, SpdxPackage } from './spdx.ts'

export interface CompleteSbom {
  readonly document: SpdxDocument
  /** Packages that apko had left out, `name-version`, in the order of the package database. */
  readonly added: readonly string[]
}

/**
 * Adds an entry for each installed package that the document lacks, and the qualifiers that scanners need to the package URLs
 * of those that it has; nothing else is changed, and a document that lacks nothing is answered as it is. Entries have the shape that
 * apko gave its own (up to 0.27.6 it wrote one for every package), belong to the image, and say by an annotation that we added them.
 */
export function completeSbom(
  given: SpdxDocument,
  packages: readonly InstalledPackage[],
  distribution: Distribution,
): CompleteSbom {
  const document = mendPackageUrls(given, packages, distribution)
  // Package URLs have names in lower case, whatever the package is called.
  const listed = new Set(document.packages.flatMap(keysOf).map(key => key.toLowerCase()))
  const missing = packages.filter(each => !listed.has(keyOf(each).toLowerCase()))
  if (missing.length === 0) return { document, added: [] }
  const taken = new Set(document.packages.map(each => each.SPDXID))
  const entries = missing.map(each => {
    const id = freeId(`SPDXRef-Package-${each.name}-${each.version}`, taken)
    taken.add(id)
    return entryOf(each, { id, distribution, created: document.creationInfo.created })
  })
  const [root] = document.documentDescribes ?? []
  const relationships = entries.map(({ SPDXID }) => ({
    spdxElementId: root ?? 'SPDXRef-DOCUMENT',
    relationshipType: root === undefined ? 'DESCRIBES' : 'CONTAINS',
    relatedSpdxElement: SPDXID,
  }))
  return {
    document: {
      ...document,
      packages: [...document.packages, ...entries],
      relationships: [...document.relationships, ...relationships],
    },
    added: missing.map(keyOf),
  }
}

function mendPackageUrls(
  document: SpdxDocument,
  packages: readonly InstalledPackage[],
  distribution: Distribution,
): SpdxDocument {
  const installed = new Map(packages.map(each => [keyOf(each).toLowerCase(), each] as const))
  const mended = document.packages.map(entry => {
    const stands = keysOf(entry).flatMap(key => installed.get(key.toLowerCase()) ?? [])[0]
    return stands === undefined ? entry : mendPackageUrl(entry, stands, distribution)
  })
  const same = mended.every((entry, at) => entry === document.packages[at])
  return same ? document : { ...document, packages: mended }
}

function keyOf({ name, version }: { readonly name: string; readonly version: string }): string {
  return `${name}-${version}`
}

/** What an entry may stand for: its apk package URL says so; without any package URL, its name and version do. */
function keysOf({ name, versionInfo, externalRefs = [] }: SpdxPackage): readonly string[] {
  const urls = externalRefs.filter(each => each.referenceType === 'purl').map(each => each.referenceLocator)
  if (urls.length === 0) return [keyOf({ name, version: versionInfo ?? '' })]
  return urls.flatMap(url => {
    const apk = readPackageUrl(url)
    return apk === undefined ? [] : [keyOf(apk)]
  })
}

interface EntryOptions {
  readonly id: string
  readonly distribution: Distribution
  readonly created: string
}

function entryOf(installed: InstalledPackage, { id, distribution, created }: EntryOptions) {
  const { name, version, license, description, url, maintainer } = installed
  const isExpression = isLicenseExpression(license)
  return {
    SPDXID: id,
    name,
    versionInfo: version,
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: isExpression ? license : 'NOASSERTION',
    ...(isExpression || license === '' ? {} : { licenseComments: `The package says: ${license}` }),
    ...(description === '' ? {} : { description }),
    downloadLocation: 'NOASSERTION',
    ...(/^https?:\/\/[^\s]+$/.test(url) ? { homepage: url } : {}),
    ...(maintainer === '' || maintainer === 'unknown' ? {} : { originator: `Person: ${maintainer}` }),
    supplier: 'NOASSERTION',
    sourceInfo: 'Package info from apk database',
    copyrightText: 'NOASSERTION',
    ...checksumsOf(installed),
    externalRefs: [
      {
        referenceCategory: 'PACKAGE-MANAGER',
        referenceLocator: packageUrlOf(installed, distribution),
        referenceType: 'purl',
      },
    ],
    annotations: [
      {
        annotationDate: created,
        annotationType: 'OTHER',
        annotator: 'Tool: giropops-build',
        comment: "Added from the image's package database; apko's own SBOM does not list this package.",
      },
    ],
  }
}

function checksumsOf({ checksum }: InstalledPackage) {
  const [, kind, base64 = ''] = /^Q([12])([A-Za-z0-9+/]+=*)$/.exec(checksum) ?? []
  if (kind === undefined) return {}
  const checksumValue = Buffer.from(base64, 'base64').toString('hex')
  return { checksums: [{ algorithm: kind === '1' ? 'SHA1' : 'SHA256', checksumValue }] }
}
