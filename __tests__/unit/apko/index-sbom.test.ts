import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeSboms, type IndexParts } from '../../../src/apko/index-sbom.ts'
import { formatSpdx, parseSpdx, type SpdxDocument, type SpdxElement } from '../../../src/apko/spdx.ts'
import { digestFromHex, digestOf } from '../../../src/domain/digest.ts'
import { spdxProblems } from './spdx-problems.ts'
import { schemaProblems } from './spdx-schema.ts'

const archs = { x86_64: 'x86-64', aarch64: 'aarch64' } as const

/** What apko wrote for one image and two architectures. */
function partsOf(version: string): IndexParts & { readonly own: SpdxDocument } {
  const read = (name: string): SpdxDocument => {
    const file = new URL(`../../fixtures/apko/sboms/${version}/sbom-${name}.spdx.json`, import.meta.url)
    return parseSpdx(readFileSync(file, 'utf8'), name)
  }
  const own = read('index')
  const [index, amd64, arm64] = own.packages.map(({ name }) => digestFromHex(name.replace('sha256:', '')))
  if (index === undefined || amd64 === undefined || arm64 === undefined) throw new Error(version)
  return {
    index,
    own,
    platforms: [
      { arch: 'x86_64', digest: amd64, document: read('x86_64') },
      { arch: 'aarch64', digest: arm64, document: read('aarch64') },
    ],
  }
}

function soundly(parts: IndexParts): SpdxDocument {
  const document = mergeSboms(parts)
  expect(spdxProblems(document)).toEqual([])
  expect(schemaProblems(formatSpdx(document))).toEqual([])
  return document
}

/** Everything that one can get to from an element along relationships. */
function reachedFrom(start: string, { relationships }: SpdxDocument): ReadonlySet<string> {
  const reached = new Set([start])
  for (const id of reached) {
    for (const each of relationships) if (each.spdxElementId === id) reached.add(each.relatedSpdxElement)
  }
  return reached
}

const distinct = (list: readonly object[]) => [...new Set(list.map(each => JSON.stringify(each)))]

describe.each(['1.2.31', '0.14.7'])('the SBOM of an index of apko %s', version => {
  const parts = partsOf(version)
  const { own, platforms } = parts
  const merged = soundly(parts)

  it.each(platforms)('lists every package of $arch once, as it was', ({ arch, digest, document }) => {
    const prefix = `SPDXRef-${archs[arch as keyof typeof archs]}-`
    const mine = merged.packages
      .filter(({ SPDXID }) => SPDXID.startsWith(prefix))
      .map(each => ({ ...each, SPDXID: `SPDXRef-${each.SPDXID.slice(prefix.length)}` }))
    const theirs = document.packages.filter(({ name }) => name !== digest)
    expect(mine.map(each => JSON.stringify(each))).toEqual(distinct(theirs))
    expect(mine.map(({ name }) => name)).toEqual(expect.arrayContaining(['hello', 'hello-doc']))
  })

  it('lists nothing else but the index and the images', () => {
    const count = platforms.map(({ document }) => distinct(document.packages).length - 1)
    expect(merged.packages).toHaveLength(own.packages.length + count.reduce((sum, each) => sum + each))
  })

  it("has apko's elements of the index and the images, with what only the platforms say", () => {
    const [index, ...images] = own.packages
    expect(merged.packages[0]).toEqual(index)
    expect(merged.packages.slice(1, 3)).toEqual(
      images.map(image => ({ ...image, description: 'apko container image' })),
    )
    expect(merged.relationships).toEqual(expect.arrayContaining([...own.relationships]))
  })

  it.each(platforms)('keeps the relationships of $arch', ({ arch, digest, document }) => {
    const prefix = archs[arch as keyof typeof archs]
    const image = document.packages.find(({ name }) => name === digest)?.SPDXID
    const image2 = own.packages.find(({ name }) => name === digest)?.SPDXID
    const here = (id: string) => (id === image ? image2 : id.replace('SPDXRef-', `SPDXRef-${prefix}-`))
    const theirs = document.relationships.map(each => ({
      ...each,
      spdxElementId: here(each.spdxElementId),
      relatedSpdxElement: here(each.relatedSpdxElement),
    }))
    expect(theirs.length).toBeGreaterThan(2)
    expect(merged.relationships).toEqual(expect.arrayContaining(theirs))
  })

  it('describes the index, which leads to the images, which lead to all of their own', () => {
    const [index, ...images] = own.packages.map(({ SPDXID }) => SPDXID)
    expect(merged.documentDescribes).toEqual([index])
    expect(reachedFrom(index ?? '', merged)).toEqual(new Set(merged.packages.map(({ SPDXID }) => SPDXID)))
    for (const [at, image] of images.entries()) {
      const prefix = Object.values(archs)[at]
      const reached = [...reachedFrom(image, merged)].filter(id => id !== image)
      expect(reached).not.toEqual([])
      expect(reached.filter(id => !id.startsWith(`SPDXRef-${prefix}-`))).toEqual([])
    }
  })

  it('has the licences that both platforms define, once', () => {
    expect(merged.hasExtractedLicensingInfos).toEqual(platforms[0]?.document.hasExtractedLicensingInfos)
    expect(merged.hasExtractedLicensingInfos).toHaveLength(2)
  })

  it('says that we made it, in a namespace of its own', () => {
    expect(merged.creationInfo).toEqual({
      ...own.creationInfo,
      creators: [...(own.creationInfo.creators ?? []), 'Tool: giropops-build'],
    })
    expect(merged.documentNamespace).toBe(
      `https://spdx.org/spdxdocs/giropops-build/sbom-index-${parts.index.slice('sha256:'.length)}`,
    )
  })

  it('is the same bytes every time', () => {
    expect(formatSpdx(mergeSboms(partsOf(version)))).toBe(formatSpdx(merged))
  })

  it('of one platform has that one alone', () => {
    const [first] = platforms
    const [index, image] = own.packages
    const single = soundly({
      index: parts.index,
      own: {
        ...own,
        packages: own.packages.slice(0, 2),
        relationships: own.relationships.slice(0, 1),
      },
      platforms: first === undefined ? [] : [first],
    })
    expect(single.packages.slice(0, 2).map(({ SPDXID }) => SPDXID)).toEqual([index?.SPDXID, image?.SPDXID])
    expect(single.packages).toHaveLength(distinct(first?.document.packages ?? []).length + 1)
    expect(formatSpdx(single)).not.toContain('aarch64')
  })

  it('is made where apko wrote none', () => {
    const made = soundly({ index: parts.index, platforms })
    const shapes = ({ packages }: SpdxDocument) => packages.map(({ name }) => name).sort()
    expect(shapes(made)).toEqual(shapes(merged))
    expect(made.documentDescribes).toEqual([`SPDXRef-Package-${parts.index.replace(':', '-')}`])
    expect(reachedFrom(made.documentDescribes?.[0] ?? '', made).size).toBe(made.packages.length)
    expect(made.creationInfo).toEqual({
      created: own.creationInfo.created,
      creators: ['Tool: giropops-build'],
    })
  })
})

const entry = (id: string, more: object = {}) => ({
  SPDXID: `SPDXRef-${id}`,
  name: id,
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  ...more,
})
const related = (from: string, relationshipType: string, to: string) => ({
  spdxElementId: from.includes('Ref-') ? from : `SPDXRef-${from}`,
  relationshipType,
  relatedSpdxElement: /Ref-|^NO/.test(to) ? to : `SPDXRef-${to}`,
})
const documentOf = (more: Partial<SpdxDocument> = {}): SpdxDocument => ({
  SPDXID: 'SPDXRef-DOCUMENT',
  name: 'a platform',
  spdxVersion: 'SPDX-2.3',
  creationInfo: { created: '2026-01-02T03:04:05Z', creators: ['Tool: test'] },
  dataLicense: 'CC0-1.0',
  packages: [],
  relationships: [],
  ...more,
})
const index = digestOf('index')
const imageOf = (arch: string) => digestOf(`image ${arch}`)
const indexId = `SPDXRef-Package-${index.replace(':', '-')}`

/** Platforms with these documents, of which apko says nothing in the index. */
function merge(documents: Readonly<Record<string, Partial<SpdxDocument>>>, own?: SpdxDocument) {
  const platforms = Object.entries(documents).map(([arch, more]) => ({
    arch,
    digest: imageOf(arch),
    document: documentOf(more),
  }))
  const merged = soundly({ index, own, platforms })
  const says = merged.relationships.map(each =>
    [each.spdxElementId, each.relationshipType, each.relatedSpdxElement]
      .map(text => (text === indexId ? 'index' : text.replace('SPDXRef-', '')))
      .join(' '),
  )
  const ids = (merged.packages as readonly SpdxElement[])
    .concat(merged.files ?? [], merged.snippets ?? [])
    .map(({ SPDXID }) => SPDXID.replace('SPDXRef-', ''))
  return { merged, says, ids: ids.filter(id => `SPDXRef-${id}` !== indexId) }
}

describe('the image of a platform', () => {
  it.each([
    ['neither has', [], [], ['x86-64-Image']],
    ['only the platform has', [], [entry('i', { name: imageOf('x86_64') })], ['x86-64-i']],
    ['only the index has', [entry('j', { name: imageOf('x86_64') })], [], ['j']],
    [
      'both have',
      [entry('j', { name: imageOf('x86_64') })],
      [entry('i', { name: imageOf('x86_64'), description: 'd' })],
      ['j'],
    ],
  ])('which %s', (_, ofIndex, ofPlatform, expected) => {
    const own = documentOf({ packages: [entry('k', { name: index }), ...ofIndex] })
    const { ids, says, merged } = merge(
      {
        x86_64: {
          packages: [...ofPlatform, entry('a')],
          relationships: ofPlatform.map(() => related('i', 'CONTAINS', 'a')),
        },
      },
      own,
    )
    expect(ids).toEqual(['k', ...expected, 'x86-64-a'])
    expect(says).toEqual([`k CONTAINS ${expected[0]}`, `${expected[0]} CONTAINS x86-64-a`])
    const image = { ...ofPlatform[0], ...ofIndex[0], SPDXID: `SPDXRef-${expected[0]}` }
    expect(merged.packages[1]).toMatchObject({ ...image, name: imageOf('x86_64') })
  })

  it('contains what its document describes, and what is tied to nothing', () => {
    const { says } = merge({
      x86_64: {
        documentDescribes: ['SPDXRef-a', 'SPDXRef-gone'],
        packages: ['a', 'b', 'c', 'd', 'e', 'f'].map(id => entry(id)),
        relationships: [
          related('DOCUMENT', 'DESCRIBES', 'b'),
          related('c', 'DEPENDENCY_OF', 'a'),
          related('a', 'GENERATED_FROM', 'd'),
          related('e', 'DESCRIBED_BY', 'd'),
          related('f', 'CONTAINED_BY', 'a'),
        ],
      },
    })
    expect(says.filter(each => each.includes('CONTAINS'))).toEqual([
      'index CONTAINS x86-64-Image',
      'x86-64-Image CONTAINS x86-64-a',
      'x86-64-Image CONTAINS x86-64-b',
      'x86-64-Image CONTAINS x86-64-e',
    ])
    expect(says.filter(each => each.startsWith('DOCUMENT'))).toEqual([])
  })
})

describe('ids', () => {
  it('that would meet are numbered', () => {
    const { ids } = merge({
      x86_64: { packages: [entry('a')] },
      x86: { packages: [entry('64-a'), entry('a')] },
    })
    expect(ids.filter(id => !id.endsWith('Image'))).toEqual(['x86-64-a', 'x86-64-a-2', 'x86-a'])
  })

  it('that are not allowed are made allowed, wherever they are named', () => {
    const { ids, says } = merge({
      x86_64: {
        packages: [entry('a_b'), entry('c+')],
        relationships: [related('a_b', 'CONTAINS', 'c+'), related('a_b', 'DEPENDS_ON', 'c+')],
      },
    })
    expect(ids).toEqual(['x86-64-Image', 'x86-64-aC95b', 'x86-64-cC43'])
    expect(says).toContain('x86-64-aC95b DEPENDS_ON x86-64-cC43')
  })

  it('that are there twice: the same is once, another stays under an id of its own', () => {
    const { ids, says } = merge({
      x86_64: {
        packages: [entry('a'), entry('a'), entry('a', { name: 'b' })],
        relationships: [related('a', 'DEPENDS_ON', 'a')],
      },
    })
    expect(ids).toEqual(['x86-64-Image', 'x86-64-a', 'x86-64-a-2'])
    expect(says).toContain('x86-64-Image CONTAINS x86-64-a-2')
  })
})

describe('relationships', () => {
  it('that lead nowhere or are there already are left out', () => {
    const { says } = merge({
      x86_64: {
        packages: [entry('a')],
        relationships: [
          related('a', 'CONTAINS', 'NOASSERTION'),
          related('a', 'CONTAINS', 'NOASSERTION'),
          related('a', 'DEPENDS_ON', 'NONE'),
          related('a', 'DEPENDS_ON', 'gone'),
          related('gone', 'DEPENDS_ON', 'a'),
          related('a', 'DEPENDS_ON', 'DocumentRef-gone:SPDXRef-b'),
          related('a', 'DESCRIBED_BY', 'DOCUMENT'),
        ],
      },
    })
    expect(says).toEqual([
      'index CONTAINS x86-64-Image',
      'x86-64-a CONTAINS NOASSERTION',
      'x86-64-a DEPENDS_ON NONE',
      'x86-64-a DESCRIBED_BY DOCUMENT',
      'x86-64-Image CONTAINS x86-64-a',
    ])
  })

  it("of apko's own that lead nowhere are left out too", () => {
    const own = documentOf({
      packages: [entry('k', { name: index })],
      relationships: [related('k', 'VARIANT_OF', 'gone')],
    })
    expect(merge({ x86_64: {} }, own).says).toEqual(['k CONTAINS x86-64-Image'])
  })

  it('keep their comments', () => {
    const relationships = [{ ...related('a', 'CONTAINS', 'NONE'), comment: 'c' }]
    const { merged } = merge({ x86_64: { packages: [entry('a')], relationships } })
    expect(merged.relationships).toContainEqual({ ...related('x86-64-a', 'CONTAINS', 'NONE'), comment: 'c' })
  })
})

describe('files and snippets', () => {
  it('are taken along, with all that names them', () => {
    const checksums = [{ algorithm: 'SHA1', checksumValue: '00' }]
    const files = [
      { SPDXID: 'SPDXRef-f', fileName: 'f', checksums, licenseInfoInFiles: ['LicenseRef-x'] },
      { SPDXID: 'SPDXRef-g', fileName: 'g', checksums, fileDependencies: ['SPDXRef-f', 'SPDXRef-gone'] },
    ]
    const snippetOf = (file: string) => ({
      SPDXID: `SPDXRef-s-${file}`,
      name: 's',
      snippetFromFile: `SPDXRef-${file}`,
      ranges: [
        {
          startPointer: { reference: `SPDXRef-${file}`, offset: 1 },
          endPointer: { reference: `SPDXRef-${file}`, offset: 2 },
        },
      ],
    })
    const { merged, ids, says } = merge({
      x86_64: {
        packages: [entry('a', { hasFiles: ['SPDXRef-f', 'SPDXRef-gone'] })],
        files,
        snippets: [snippetOf('f'), snippetOf('gone')],
        relationships: [related('a', 'CONTAINS', 'g')],
      },
      aarch64: { files },
    })
    expect(ids.filter(id => !id.endsWith('Image'))).toEqual(
      ['a', 'f', 'g', 's-f'].map(id => `x86-64-${id}`).toSpliced(3, 0, 'aarch64-f', 'aarch64-g'),
    )
    expect(merged.packages).toContainEqual(entry('x86-64-a', { name: 'a', hasFiles: ['SPDXRef-x86-64-f'] }))
    expect(merged.files?.[1]).toMatchObject({ fileDependencies: ['SPDXRef-x86-64-f'] })
    expect(merged.snippets).toEqual([
      {
        ...snippetOf('x86-64-f'),
        SPDXID: 'SPDXRef-x86-64-s-f',
      },
    ])
    expect(says).toContain('x86-64-a CONTAINS x86-64-g')
    expect(merged.hasExtractedLicensingInfos?.map(({ licenseId }) => licenseId)).toEqual(['LicenseRef-x'])
  })
})

describe('licences', () => {
  const licence = (extractedText: string, licenseId = 'LicenseRef-x') => ({ licenseId, extractedText })
  const using = (licenseDeclared: string, ...hasExtractedLicensingInfos: ReturnType<typeof licence>[]) => ({
    packages: [entry('a', { licenseDeclared })],
    hasExtractedLicensingInfos,
  })
  const declared = ({ packages }: SpdxDocument) =>
    packages.flatMap(each => ('licenseDeclared' in each ? [each.licenseDeclared] : []))

  it('of the same text are there once', () => {
    const one = using('LicenseRef-x', licence('one'))
    const { merged } = merge({ x86_64: one, aarch64: one })
    expect(merged.hasExtractedLicensingInfos).toEqual([licence('one')])
    expect(declared(merged)).toEqual(['LicenseRef-x', 'LicenseRef-x'])
  })

  it('of other texts by the same name get names of their own, in expressions too', () => {
    const { merged } = merge({
      aarch64: using('LicenseRef-x', licence('one')),
      x86_64: using(
        '(MIT OR LicenseRef-x) AND LicenseRef-x-y',
        licence('two'),
        licence('z', 'LicenseRef-x-y'),
      ),
    })
    expect(merged.hasExtractedLicensingInfos).toEqual([
      licence('one'),
      licence('two', 'LicenseRef-x86-64-x'),
      licence('z', 'LicenseRef-x-y'),
    ])
    expect(declared(merged)).toEqual(['LicenseRef-x', '(MIT OR LicenseRef-x86-64-x) AND LicenseRef-x-y'])
  })

  it('that nobody defines are defined, so that nothing is named that is not there', () => {
    const { merged } = merge({ x86_64: using('LicenseRef-x AND MIT') })
    expect(merged.hasExtractedLicensingInfos).toEqual([
      licence('The packages do not give the text of this licence.'),
    ])
  })

  it('are left alone in texts for people', () => {
    const packages = [entry('a', { licenseComments: 'see LicenseRef-x', comment: 'SPDXRef-a' })]
    const { merged } = merge({ x86_64: { packages } })
    expect(merged.packages).toContainEqual({ ...packages[0], SPDXID: 'SPDXRef-x86-64-a' })
    expect(merged.hasExtractedLicensingInfos).toBeUndefined()
  })
})

describe('other documents', () => {
  const reference = (spdxDocument: string, externalDocumentId = 'DocumentRef-d+') => ({
    externalDocumentId,
    spdxDocument,
    checksum: { algorithm: 'SHA1', checksumValue: '00' },
  })
  const using = (...externalDocumentRefs: ReturnType<typeof reference>[]) => ({
    packages: [entry('a', { licenseConcluded: 'DocumentRef-d+:LicenseRef-x' })],
    relationships: [related('a', 'COPY_OF', 'DocumentRef-d+:SPDXRef-b')],
    externalDocumentRefs,
  })

  it('that are the same are named once', () => {
    const { merged, says } = merge({ x86_64: using(reference('u')), aarch64: using(reference('u')) })
    expect(merged.externalDocumentRefs).toEqual([reference('u')])
    expect(says.filter(each => each.includes('COPY_OF'))).toEqual([
      'x86-64-a COPY_OF DocumentRef-d+:b',
      'aarch64-a COPY_OF DocumentRef-d+:b',
    ])
  })

  it('of the same name get names of their own', () => {
    const { merged, says } = merge({ x86_64: using(reference('u')), aarch64: using(reference('v')) })
    expect(merged.externalDocumentRefs).toEqual([reference('u'), reference('v', 'DocumentRef-aarch64-dC43')])
    expect(says).toContain('aarch64-a COPY_OF DocumentRef-aarch64-dC43:b')
    expect(merged.packages.at(-1)).toMatchObject({
      licenseConcluded: 'DocumentRef-aarch64-dC43:LicenseRef-x',
    })
    expect(merged.hasExtractedLicensingInfos).toBeUndefined()
  })
})

describe('whatever the platforms say', () => {
  const id = fc.constantFrom('a', 'b', '64-a', 'a-2', 'a_', 'Image')
  const packages = fc.array(
    fc.record({ id, name: fc.constantFrom('p', 'q', imageOf('x86'), imageOf('x86_64'), index) }),
    { maxLength: 6 },
  )
  const ends = fc.oneof(id, fc.constantFrom('DOCUMENT', 'gone'))
  const types = fc.constantFrom('CONTAINS', 'DESCRIBES', 'DEPENDENCY_OF')
  const document = fc.record({
    packages: packages.map(list => list.map(({ id, name }) => entry(id, { name }))),
    relationships: fc.array(fc.tuple(ends, types, ends), { maxLength: 6 }),
    hasExtractedLicensingInfos: fc.array(
      fc.record({
        licenseId: id.map(each => `LicenseRef-${each.replace('_', '')}`),
        extractedText: fc.constantFrom('t', 'u'),
      }),
      { maxLength: 3 },
    ),
  })
  const model = document.map(({ relationships, ...rest }) =>
    documentOf({ ...rest, relationships: relationships.map(each => related(...each)) }),
  )

  it('the document is sound, and every package is in it once for each platform', () => {
    fc.assert(
      fc.property(model, model, fc.option(model, { nil: undefined }), (one, two, own) => {
        const platforms = [
          { arch: 'x86_64', digest: imageOf('x86_64'), document: one },
          { arch: 'x86', digest: imageOf('x86'), document: two },
        ]
        const merged = mergeSboms({ index, own, platforms })
        expect(spdxProblems(merged)).toEqual([])
        const plain = (list: readonly object[]) =>
          list.filter(each => /"name":"[pq]"/.test(JSON.stringify(each)))
        const count = [one, two, own].map(each => distinct(plain(each?.packages ?? [])).length)
        expect(plain(merged.packages)).toHaveLength(count.reduce((sum, each) => sum + each))
        expect(mergeSboms({ index, own, platforms })).toEqual(merged)
      }),
    )
  })
})
