import type { SpdxDocument } from '../../../src/apko/spdx.ts'

/**
 * What is wrong with an SPDX 2.3 document beyond its JSON schema: ids, what is named and not there, what is said twice,
 * fields that are obligatory.
 */
export function spdxProblems(document: SpdxDocument): readonly string[] {
  const { packages, files = [], snippets = [], relationships, documentDescribes = [] } = document
  const { hasExtractedLicensingInfos = [], externalDocumentRefs = [] } = document
  const elements = [...packages, ...files, ...snippets]
  const ids = elements.map(({ SPDXID }) => SPDXID)
  const licences = hasExtractedLicensingInfos.map(({ licenseId }) => licenseId)
  const documents = externalDocumentRefs.map(({ externalDocumentId }) => externalDocumentId)
  const ends = relationships.flatMap(each => [each.spdxElementId, each.relatedSpdxElement])
  const named = [...documentDescribes, ...ends, ...elements.flatMap(idsIn)]
  const known = new Set([...ids, 'SPDXRef-DOCUMENT', 'NONE', 'NOASSERTION'])
  const isKnown = (id: string): boolean =>
    known.has(id) || documents.includes(/^(DocumentRef-[^:]+):SPDXRef-/.exec(id)?.[1] ?? '')
  const lacking = packages.flatMap(each =>
    ['name', 'downloadLocation', 'filesAnalyzed']
      .filter(key => !(key in each))
      .map(key => `${each.SPDXID} lacks ${key}`),
  )
  const said = relationships.map(each => JSON.stringify(each))
  const formed = [
    ...ids.map(id => [id, /^SPDXRef-[A-Za-z0-9.-]+$/] as const),
    ...licences.map(id => [id, /^LicenseRef-[A-Za-z0-9.-]+$/] as const),
    ...documents.map(id => [id, /^DocumentRef-[A-Za-z0-9.+-]+$/] as const),
  ]
  return [
    ...[...ids, ...licences, ...documents, ...said]
      .filter((id, at, all) => all.indexOf(id) !== at)
      .map(id => `${id} is there twice`),
    ...formed
      .filter(([id, form]) => !form.test(id))
      .map(([id]) => `${id} has characters that are not allowed`),
    ...named.filter(id => !isKnown(id)).map(id => `${id} is named and not there`),
    ...elements
      .flatMap(licencesIn)
      .filter(id => !licences.includes(id))
      .map(id => `${id} is named and not there`),
    ...lacking,
  ]
}

/** The ids of files that an element names. */
function idsIn(element: object): readonly string[] {
  return textsOf(element, ['hasFiles', 'fileDependencies', 'snippetFromFile'])
}

/** The licences that an element names, which this document has to define. */
function licencesIn(element: object): readonly string[] {
  const lists = ['licenseInfoFromFiles', 'licenseInfoInFiles', 'licenseInfoInSnippets']
  return textsOf(element, ['licenseConcluded', 'licenseDeclared', ...lists])
    .flatMap(text => text.split(/[\s()]+/))
    .filter(word => word.startsWith('LicenseRef-'))
}

function textsOf(element: object, keys: readonly string[]): readonly string[] {
  return Object.entries(element).flatMap(([key, value]) => (keys.includes(key) ? [value].flat() : []))
}
