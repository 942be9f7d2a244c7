import { isMapping } from './yaml-walk.ts'

/** What a document's own names become in the document that takes it in. */
export interface Names {
  /** Of an SPDXID, `DocumentRef-…:SPDXRef-…`, `NONE` and the like; undefined for what the document names and does not have. */
  element(id: string): string | undefined
  /** Of the licences in a licence expression. */
  expression(text: string): string
}

/** Where elements name others (SPDX 2.3, JSON schema); `reference` is a snippet's, to its file. */
const elementKeys = new Set(['SPDXID', 'hasFiles', 'fileDependencies', 'snippetFromFile', 'reference'])

/** Where elements have licence expressions, or lists of them. */
const licenceKeys = new Set([
  'licenseConcluded',
  'licenseDeclared',
  'licenseInfoFromFiles',
  'licenseInfoInFiles',
  'licenseInfoInSnippets',
])

const licenceReference = /(?:(DocumentRef-[A-Za-z0-9.+-]+):)?(LicenseRef-[A-Za-z0-9.-]+)/g

/** An element with its own name and those that it names replaced; names in lists that lead nowhere are left out. */
export function renamed<E extends object>(element: E, names: Names): E {
  const entries = Object.entries(element).map(
    ([key, value]) => [key, renamedValue(key, value, names)] as const,
  )
  return { ...element, ...Object.fromEntries(entries) }
}

function renamedValue(key: string, value: unknown, names: Names): unknown {
  if (typeof value === 'string') {
    if (elementKeys.has(key)) return names.element(value) ?? value
    return licenceKeys.has(key) ? names.expression(value) : value
  }
  if (Array.isArray(value)) {
    const kept = value.filter(
      each => !elementKeys.has(key) || typeof each !== 'string' || names.element(each) !== undefined,
    )
    return kept.map(each => renamedValue(key, each, names))
  }
  return isMapping(value) ? renamed(value, names) : value
}

/** A licence expression with its `LicenseRef-…` and `DocumentRef-…` replaced. */
export function renamedExpression(
  text: string,
  { licence, document }: Readonly<Record<'licence' | 'document', (id: string) => string>>,
): string {
  return text.replace(licenceReference, (_, elsewhere: string | undefined, id: string) =>
    elsewhere === undefined ? licence(id) : `${document(elsewhere)}:${id}`,
  )
}

/** Every `LicenseRef-…` of this document that the licence expressions of elements name. */
export function licencesIn(elements: readonly object[]): ReadonlySet<string> {
  const texts = elements
    .flatMap(element => Object.entries(element))
    .flatMap(([key, value]): unknown[] => (licenceKeys.has(key) ? [value].flat() : []))
    .filter(text => typeof text === 'string')
  const references = texts.flatMap(text => [...text.matchAll(licenceReference)])
  return new Set(references.flatMap(([, elsewhere, id = '']) => (elsewhere === undefined ? [id] : [])))
}
