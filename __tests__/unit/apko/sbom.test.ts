import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseInstalled } from '../../../src/apko/installed-database.ts'
import { mendPackageUrl } from '../../../src/apko/mended-package-url.ts'
import { completeSbom } from '../../../src/apko/sbom.ts'
import { formatSpdx, parseSpdx } from '../../../src/apko/spdx.ts'
import { installedPackage } from './installed-package.ts'
import { spdxProblems } from './spdx-problems.ts'
import { schemaProblems } from './spdx-schema.ts'

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/apko/${name}`, import.meta.url), 'utf8')
const apkoText = fixture('sbom-x86_64.spdx.json')
const apkoDocument = parseSpdx(apkoText, 'sbom')
const installed = parseInstalled(fixture('installed'))
const distribution = { id: 'fixture', version: '12.0' }

describe('the completed SBOM of an image of apko 1.2.31', () => {
  const { document, added } = completeSbom(apkoDocument, installed, distribution)

  it('names what was added, and lists every installed package', () => {
    expect(added).toEqual(['alpine-baselayout-data-3.7.0-r0', 'busybox-1.35.0-r4'])
    const listed = document.packages.map(({ name, versionInfo }) => `${name}-${versionInfo}`)
    for (const { name, version } of installed) expect(listed).toContain(`${name}-${version}`)
  })

  it('is sound: schema, ids, relationships, required fields', () => {
    expect(schemaProblems(formatSpdx(document))).toEqual([])
    expect(spdxProblems(apkoDocument)).toEqual([])
    expect(spdxProblems(document)).toEqual([])
  })

  it("changes nothing of apko's own but the qualifiers that scanners need: without the additions it is the same bytes", () => {
    const ids = new Set(apkoDocument.packages.map(({ SPDXID }) => SPDXID))
    const without = {
      ...document,
      packages: document.packages.filter(({ SPDXID }) => ids.has(SPDXID)),
      relationships: document.relationships.filter(({ relatedSpdxElement }) => ids.has(relatedSpdxElement)),
    }
    const text = formatSpdx(without)
    expect(text.replaceAll('\\u0026distro=fixture-12.0', '')).toBe(apkoText)
    expect(text).toContain('pkg:apk/unknown/hello@1.0.0-r0?arch=x86_64\\u0026distro=fixture-12.0')
  })

  it("writes an entry in apko's shape, that says who added it", () => {
    expect(document.packages.find(({ name }) => name === 'busybox')).toEqual({
      SPDXID: 'SPDXRef-Package-busybox-1.35.0-r4',
      name: 'busybox',
      versionInfo: '1.35.0-r4',
      filesAnalyzed: false,
      licenseConcluded: 'NOASSERTION',
      licenseDeclared: 'NOASSERTION',
      licenseComments: 'The package says: various',
      description: 'busybox',
      downloadLocation: 'NOASSERTION',
      homepage: 'https://www.debian.org/',
      supplier: 'NOASSERTION',
      sourceInfo: 'Package info from apk database',
      copyrightText: 'NOASSERTION',
      checksums: [{ algorithm: 'SHA1', checksumValue: '51447eec32a9cddd7be5edfcb5624d8987f4bcb7' }],
      externalRefs: [
        {
          referenceCategory: 'PACKAGE-MANAGER',
          referenceLocator: 'pkg:apk/fixture/busybox@1.35.0-r4?arch=x86_64&distro=fixture-12.0',
          referenceType: 'purl',
        },
      ],
      annotations: [
        {
          annotationDate: '2026-05-07T20:33:45Z',
          annotationType: 'OTHER',
          annotator: 'Tool: giropops-build',
          comment: expect.stringContaining('package database'),
        },
      ],
    })
    expect(document.relationships.at(-1)).toEqual({
      spdxElementId: apkoDocument.documentDescribes?.[0],
      relationshipType: 'CONTAINS',
      relatedSpdxElement: 'SPDXRef-Package-busybox-1.35.0-r4',
    })
  })

  it('gives the same bytes every time, and adds nothing the second time', () => {
    const again = completeSbom(apkoDocument, installed, distribution)
    expect(formatSpdx(again.document)).toBe(formatSpdx(document))
    expect(completeSbom(document, installed, distribution)).toEqual({ document, added: [] })
  })
})

describe('what counts as listed', () => {
  const withEntry = (entry: object) => ({
    ...apkoDocument,
    packages: [...apkoDocument.packages, { SPDXID: 'SPDXRef-x', name: 'a', ...entry }],
  })
  const purl = (referenceLocator: string) => ({ externalRefs: [{ referenceType: 'purl', referenceLocator }] })
  const one = [installedPackage({ name: 'a', version: '1.0.0-r0' })]

  it.each([
    ['its apk package URL, whatever the namespace', purl('pkg:apk/wolfi/a@1.0.0-r0?arch=x86_64'), []],
    ['name and version, without a package URL', { versionInfo: '1.0.0-r0' }, []],
    ['not: another version', purl('pkg:apk/wolfi/a@1.0.0-r1'), ['a-1.0.0-r0']],
    [
      'not: the source it was built from',
      { versionInfo: '1.0.0-r0', ...purl('pkg:github/o/a@1.0.0-r0') },
      ['a-1.0.0-r0'],
    ],
  ])('%s', (_, entry, added) => {
    expect(completeSbom(withEntry(entry), one, distribution).added).toEqual(added)
  })

  it.each(['r', 'R'])('the package R, by a package URL that writes it %s', name => {
    const document = withEntry(purl(`pkg:apk/alpine/${name}@4.5-r0`))
    const packages = [installedPackage({ name: 'R', version: '4.5-r0' })]
    expect(completeSbom(document, packages, distribution).added).toEqual([])
  })
})

describe('the package URL of an entry that is there', () => {
  const purl = (referenceLocator: string, more = {}) => ({
    SPDXID: 'SPDXRef-x',
    name: 'libssl3',
    externalRefs: [{ referenceType: 'purl', referenceLocator, ...more }],
  })
  const installed = installedPackage({ name: 'libssl3', version: '3.4.0-r0', origin: 'openssl' })
  const mend = (url: string, from = { id: 'wolfi', version: '20230201' }) =>
    mendPackageUrl(purl(url), installed, from).externalRefs?.[0]?.referenceLocator

  it.each([
    ['gets both', 'pkg:apk/x/libssl3@3.4.0-r0', '?distro=wolfi-20230201&upstream=openssl'],
    [
      'gets them in order',
      'pkg:apk/x/libssl3@3.4.0-r0?arch=x86_64&vcs_url=a%20b#c',
      '?arch=x86_64&distro=wolfi-20230201&upstream=openssl&vcs_url=a%20b#c',
    ],
    ['keeps its own', 'pkg:apk/x/libssl3@3.4.0-r0?distro=own', '?distro=own&upstream=openssl'],
  ])('%s', (_, url, end) => {
    expect(mend(url)).toBe(`${url.replace(/[?#].*/, '')}${end}`)
  })

  it('gets no distribution where the image does not tell it', () => {
    expect(mend('pkg:apk/x/libssl3@3.4.0-r0', { id: 'unknown', version: '' })).toBe(
      'pkg:apk/x/libssl3@3.4.0-r0?upstream=openssl',
    )
  })

  it.each([
    'pkg:apk/x/libssl3@3.4.0-r0?arch=x86_64&distro=wolfi&upstream=openssl',
    'pkg:github/o/libssl3@3.4.0-r0',
  ])('%s stays', url => {
    const entry = purl(url)
    expect(mendPackageUrl(entry, installed, { id: 'wolfi', version: '1' })).toBe(entry)
  })

  it('is mended in the whole document, with nothing counted as added, and once', () => {
    const document = { ...apkoDocument, packages: [purl('pkg:apk/x/libssl3@3.4.0-r0')] }
    const { document: mended, added } = completeSbom(document, [installed], distribution)
    expect(added).toEqual([])
    expect(mended.packages[0]?.externalRefs?.[0]?.referenceLocator).toContain('upstream=openssl')
    expect(completeSbom(mended, [installed], distribution).document).toBe(mended)
  })
})

describe('ids', () => {
  it('that would be the same are numbered', () => {
    const packages = ['a+', 'aC43'].map(name => installedPackage({ name }))
    const { document } = completeSbom(apkoDocument, packages, distribution)
    expect(document.packages.slice(-2).map(({ SPDXID }) => SPDXID)).toEqual([
      'SPDXRef-Package-aC43-1.0.0-r0',
      'SPDXRef-Package-aC43-1.0.0-r0-2',
    ])
  })

  it('are allowed and unique for any package names', () => {
    const names = fc.uniqueArray(
      fc.string({
        unit: fc.constantFrom('a', '+', 'C', '4', '3', ':', '-', '_', 'é'),
        minLength: 1,
        maxLength: 5,
      }),
      { selector: name => name.toLowerCase() },
    )
    fc.assert(
      fc.property(names, list => {
        const packages = list.map(name => installedPackage({ name }))
        const { document, added } = completeSbom(apkoDocument, packages, distribution)
        expect(added).toHaveLength(list.length)
        expect(spdxProblems(document)).toEqual([])
      }),
    )
  })
})

describe("a document that is not apko's", () => {
  const good = { spdxVersion: 'SPDX-2.3', creationInfo: { created: 'x' }, packages: [], relationships: [] }
  const documentOf = (more: object): string => JSON.stringify({ ...good, ...more })

  it.each([
    ['<html>', 'is not JSON'],
    ['{}', 'is not an SPDX 2.3 document'],
    [documentOf({ spdxVersion: 'SPDX-2.2' }), 'is not an SPDX 2.3 document'],
    [documentOf({ packages: [{}] }), 'is not an SPDX 2.3 document'],
    [documentOf({ relationships: [{ spdxElementId: 'a' }] }), 'is not an SPDX 2.3 document'],
    [documentOf({ creationInfo: { created: 'x', creators: [1] } }), 'is not an SPDX 2.3 document'],
    [documentOf({ documentDescribes: [1] }), 'is not an SPDX 2.3 document'],
    [documentOf({ files: {} }), 'is not an SPDX 2.3 document'],
    [documentOf({ snippets: [{ name: 'a' }] }), 'is not an SPDX 2.3 document'],
    [documentOf({ hasExtractedLicensingInfos: [{ licenseId: 1 }] }), 'is not an SPDX 2.3 document'],
    [documentOf({ externalDocumentRefs: ['a'] }), 'is not an SPDX 2.3 document'],
  ])('%s', (text, message) => {
    expect(() => parseSpdx(text, 'sbom-x86_64.spdx.json')).toThrow(message)
  })

  it.each([{}, { documentDescribes: null, files: null }])('but %j is one', more => {
    expect(parseSpdx(documentOf(more), 'sbom')).toEqual({ ...good, ...more })
  })
})
