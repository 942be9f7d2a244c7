import { freeId } from './spdx-id.ts'
import { renamedExpression, type Names } from './spdx-names.ts'
import type { SpdxDocument, SpdxDocumentRef, SpdxLicence } from './spdx.ts'

/** The names in a document that others are taken into, each given once. */
export interface NamePool {
  /** Gives an element the id, with the prefix, and numbered when it is taken. */
  take(id: string, prefix: string): string
  /**
   * Takes in the licences and the references to other documents; one that is there already by another meaning gets a new
   * name. Answers the names of all, `elements` being those of the document's elements.
   */
  adopt(document: SpdxDocument, prefix: string, elements: ReadonlyMap<string, string>): Names
  readonly licences: ReadonlyMap<string, SpdxLicence>
  readonly documents: ReadonlyMap<string, SpdxDocumentRef>
}

/** Those that every document has. */
const everywhere = new Set(['SPDXRef-DOCUMENT', 'NONE', 'NOASSERTION'])

export function openNamePool(): NamePool {
  const ids = new Set(everywhere)
  const licences = new Map<string, SpdxLicence>()
  const documents = new Map<string, SpdxDocumentRef>()
  return {
    licences,
    documents,
    take(id, prefix) {
      const given = freeId(prefixed(id, prefix), ids)
      ids.add(given)
      return given
    },
    adopt({ hasExtractedLicensingInfos, externalDocumentRefs }, prefix, elements) {
      const licenceNames = define(licences, { entries: hasExtractedLicensingInfos, key: 'licenseId', prefix })
      const documentNames = define(documents, {
        entries: externalDocumentRefs,
        key: 'externalDocumentId',
        prefix,
      })
      return {
        element(id) {
          if (everywhere.has(id)) return id
          const [, document, rest] = /^(DocumentRef-[^:]+):(.+)$/.exec(id) ?? []
          if (document === undefined) return elements.get(id)
          const name = documentNames.get(document)
          return name === undefined ? undefined : `${name}:${rest}`
        },
        expression: text =>
          renamedExpression(text, {
            licence: id => licenceNames.get(id) ?? id,
            document: id => documentNames.get(id) ?? id,
          }),
      }
    },
  }
}

interface Definitions<K extends string, E extends Readonly<Record<K, string>>> {
  readonly entries: readonly E[] | undefined
  readonly key: K
  readonly prefix: string
}

/** Puts what a document defines among what there is; of two by the same name in one document the first counts. */
function define<K extends string, E extends Readonly<Record<K, string>>>(
  there: Map<string, E>,
  { entries, key, prefix }: Definitions<K, E>,
): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const entry of entries ?? []) {
    const id: string = entry[key]
    if (names.has(id)) continue
    const known = there.get(id)
    const isNew = known === undefined || JSON.stringify(known) === JSON.stringify(entry)
    const name = isNew ? id : freeId(prefixed(id, prefix), there)
    names.set(id, name)
    there.set(name, { ...entry, [key]: name })
  }
  return names
}

/** `SPDXRef-a` with the prefix `x86_64` is `SPDXRef-x86-64-a`: underscores are not allowed in ids. */
function prefixed(id: string, prefix: string): string {
  const [, kind = 'SPDXRef-', rest = ''] = /^(SPDXRef-|LicenseRef-|DocumentRef-)?(.*)$/s.exec(id) ?? []
  return prefix === '' ? `${kind}${rest}` : `${kind}${prefix.replaceAll('_', '-')}-${rest}`
}
