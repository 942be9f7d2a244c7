import { renamed, type Names } from './spdx-names.ts'
import type { NamePool } from './spdx-pool.ts'
import type { SpdxDocument, SpdxElement, SpdxPackage, SpdxRelationship } from './spdx.ts'

/** What a document says, by names that are its own in the document that takes it in. */
export interface SpdxPart {
  readonly packages: readonly SpdxPackage[]
  readonly files: readonly SpdxElement[]
  readonly snippets: readonly SpdxElement[]
  /** Without those that name what is not there, and without what the document describes. */
  readonly relationships: readonly SpdxRelationship[]
  /** Ids of what the document describes. */
  readonly described: readonly string[]
}

export interface PartNaming {
  /** Put before ids, so that they tell where they come from; none for ids as they are. */
  readonly prefix?: string
  /** Id of the element which is there already and means the same as this one; undefined for one that is new. */
  readonly same?: (element: SpdxElement) => string | undefined
}

/** A document as a part of another: all elements once, and what they name renamed with them. Of two by one id, the first is meant. */
export function takePart(document: SpdxDocument, pool: NamePool, naming: PartNaming = {}): SpdxPart {
  const { prefix = '', same } = naming
  const elements = new Map<string, string>()
  const giveId = (element: SpdxElement): string => {
    const id = same?.(element) ?? pool.take(element.SPDXID, prefix)
    if (!elements.has(element.SPDXID)) elements.set(element.SPDXID, id)
    return id
  }
  const named = <E extends SpdxElement>(list: readonly E[] | undefined) =>
    distinct(list ?? []).map(element => ({ element, id: giveId(element) }))
  const [packages, files, snippets] = [
    named(document.packages),
    named(document.files),
    named(document.snippets),
  ]
  const names = pool.adopt(document, prefix, elements)
  const withNames = <E extends SpdxElement>(list: readonly { readonly element: E; readonly id: string }[]) =>
    list.map(({ element, id }) => ({ ...renamed(element, names), SPDXID: id }))
  return {
    packages: withNames(packages),
    files: withNames(files),
    snippets: withNames(snippets).filter(snippet => hasFile(snippet, new Set(elements.values()))),
    relationships: document.relationships
      .filter(each => !describes(each))
      .flatMap(each => relationshipOf(each, names)),
    described: describedBy(document, names),
  }
}

function describes({ spdxElementId, relationshipType }: SpdxRelationship): boolean {
  return spdxElementId === 'SPDXRef-DOCUMENT' && relationshipType === 'DESCRIBES'
}

function describedBy({ documentDescribes, relationships }: SpdxDocument, names: Names): readonly string[] {
  const related = relationships.filter(describes).map(each => each.relatedSpdxElement)
  return [...(documentDescribes ?? []), ...related].flatMap(id => names.element(id) ?? [])
}

function relationshipOf(relationship: SpdxRelationship, names: Names): readonly SpdxRelationship[] {
  const spdxElementId = names.element(relationship.spdxElementId)
  const relatedSpdxElement = names.element(relationship.relatedSpdxElement)
  if (spdxElementId === undefined || relatedSpdxElement === undefined) return []
  return [{ ...relationship, spdxElementId, relatedSpdxElement }]
}

/** A snippet is nothing without its file. */
function hasFile(snippet: SpdxElement, known: ReadonlySet<string>): boolean {
  return !('snippetFromFile' in snippet) || known.has(String(snippet.snippetFromFile))
}

function distinct<T>(list: readonly T[]): readonly T[] {
  return [...new Map(list.map(each => [JSON.stringify(each), each] as const)).values()]
}
