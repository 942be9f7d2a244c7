import { Failure } from '../domain/failure.ts'
import { isMapping } from './yaml-walk.ts'

/** An SPDX 2.3 document in JSON, as apko writes it; keys that we do not read are kept. */
export interface SpdxDocument {
  readonly spdxVersion: string
  readonly creationInfo: { readonly created: string }
  readonly documentDescribes?: readonly string[]
  readonly packages: readonly SpdxPackage[]
  readonly relationships: readonly SpdxRelationship[]
}

export interface SpdxPackage {
  readonly SPDXID: string
  readonly name: string
  readonly versionInfo?: string
  readonly externalRefs?: readonly { readonly referenceType: string; readonly referenceLocator: string }[]
}

export interface SpdxRelationship {
  readonly spdxElementId: string
  readonly relationshipType: string
  readonly relatedSpdxElement: string
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

function isSpdx(value: unknown): value is SpdxDocument {
  if (!isMapping(value) || value['spdxVersion'] !== 'SPDX-2.3') return false
  const { creationInfo, packages, relationships } = value
  return (
    isMapping(creationInfo) &&
    typeof creationInfo['created'] === 'string' &&
    Array.isArray(packages) &&
    packages.every(each => isMapping(each) && hasTexts(each, ['SPDXID', 'name'])) &&
    Array.isArray(relationships) &&
    relationships.every(
      each => isMapping(each) && hasTexts(each, ['spdxElementId', 'relationshipType', 'relatedSpdxElement']),
    )
  )
}

function hasTexts(value: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return keys.every(key => typeof value[key] === 'string')
}
