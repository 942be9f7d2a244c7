import type { SpdxDocument } from '../../../src/apko/spdx.ts'

/** What is wrong with an SPDX 2.3 document beyond its JSON schema: ids, dangling relationships, fields that are obligatory. */
export function spdxProblems(document: SpdxDocument): readonly string[] {
  const ids = document.packages.map(({ SPDXID }) => SPDXID)
  const known = new Set([...ids, 'SPDXRef-DOCUMENT'])
  const named = [
    ...(document.documentDescribes ?? []),
    ...document.relationships.flatMap(each => [each.spdxElementId, each.relatedSpdxElement]),
  ]
  const lacking = document.packages.flatMap(each =>
    ['name', 'downloadLocation', 'filesAnalyzed']
      .filter(key => !(key in each))
      .map(key => `${each.SPDXID} lacks ${key}`),
  )
  return [
    ...ids.filter((id, at) => ids.indexOf(id) !== at).map(id => `${id} is there twice`),
    ...ids
      .filter(id => !/^SPDXRef-[A-Za-z0-9.-]+$/.test(id))
      .map(id => `${id} has characters that are not allowed`),
    ...named.filter(id => !known.has(id)).map(id => `${id} is named and not there`),
    ...lacking,
  ]
}
