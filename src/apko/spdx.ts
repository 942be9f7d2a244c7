import { Failure } from '../domain/failure.ts'
import { isMapping } from './yaml-walk.ts'

/** An SPDX 2.3 document in JSON, as apko writes it; keys that we do not read are kept. */
export interface SpdxDocument {
  readonly SPDXID?: string
  readonly name?: string
  readonly spdxVersion: string
  readonly creationInfo: { readonly created: string; readonly creators?: readonly string[] }
  readonly dataLicense?: string
  readonly documentNamespace?: string
  readonly documentDescribes?: readonly string[]
  readonly packages: readonly SpdxPackage[]
  readonly files?: readonly SpdxElement[]
  readonly snippets?: readonly SpdxElement[]
  readonly relationships: readonly SpdxRelationship[]
  readonly hasExtractedLicensingInfos?: readonly SpdxLicence[]
  readonly externalDocumentRefs?: readonly SpdxDocumentRef[]
}

/** Something that relationships may name: a package, a file, a snippet. */
export interface SpdxElement {
  readonly SPDXID: string
}

export interface SpdxPackage extends SpdxElement {
  readonly name: string
  readonly versionInfo?: string
  readonly externalRefs?: readonly { readonly referenceType: string; readonly referenceLocator: string }[]
}

export interface SpdxRelationship {
  readonly spdxElementId: string
  readonly relationshipType: string
  readonly relatedSpdxElement: string
}

/** A licence that the SPDX list lacks; expressions name it by its `LicenseRef-…`. */
export interface SpdxLicence {
  readonly licenseId: string
  readonly extractedText?: string
}

/** Another document, which is named by its `DocumentRef-…`. */
export interface SpdxDocumentRef {
  readonly externalDocumentId: string
}

/** Reads an SPDX document; the whole of it is kept. Fails with IMAGE_FAILED when it is not what apko writes. */
export function parseSpdx(text: string, file: string): SpdxDocument {
  const document = parseJson(text, file)
  if (isSpdx(document)) return document
  throw new Failure('IMAGE_FAILED', `${file}: apko's SBOM is not an SPDX 2.3 document`, {
    hint: 'Take --sbom-formats out of apko-args.',
  })
}

/** The document as apko writes JSON: two blanks, a newline at the end, and Go's escapes for `<`, `>` and `&`. */
export function formatSpdx(document: SpdxDocument): string {
  const escape = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  return `${JSON.stringify(document, null, 2).replace(/[<>&\u2028\u2029]/g, escape)}\n`
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Failure('IMAGE_FAILED', `${file}: apko's SBOM is not JSON`, { cause })
  }
}

/** The lists of a document that need not be there, and the texts that each entry has. */
const optional = {
  files: ['SPDXID'],
  snippets: ['SPDXID'],
  hasExtractedLicensingInfos: ['licenseId'],
  externalDocumentRefs: ['externalDocumentId'],
}

function isSpdx(value: unknown): value is SpdxDocument {
  if (!isMapping(value) || value['spdxVersion'] !== 'SPDX-2.3') return false
  const { creationInfo, packages, relationships, documentDescribes } = value
  return (
    isMapping(creationInfo) &&
    hasTexts(creationInfo, ['created']) &&
    areEntries(packages, ['SPDXID', 'name']) &&
    areEntries(relationships, ['spdxElementId', 'relationshipType', 'relatedSpdxElement']) &&
    areTexts(creationInfo['creators'] ?? []) &&
    areTexts(documentDescribes ?? []) &&
    Object.entries(optional).every(([key, texts]) => areEntries(value[key] ?? [], texts))
  )
}

function areEntries(value: unknown, texts: readonly string[]): boolean {
  return Array.isArray(value) && value.every(each => isMapping(each) && hasTexts(each, texts))
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(each => typeof each === 'string')
}

function hasTexts(value: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return keys.every(key => typeof value[key] === 'string')
}
