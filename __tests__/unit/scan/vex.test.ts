import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readVexDocuments } from '../../../src/scan/vex-document.ts'
import { lastWord } from '../../../src/scan/vex-match.ts'
import { finding } from './findings.ts'

const image = { name: 'ghcr.io/octo/demo', digests: [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`] }
const statement = {
  vulnerability: { name: 'CVE-2026-11111' },
  products: [{ '@id': 'pkg:apk/alpine/libcrypto3' }],
  status: 'not_affected',
  justification: 'vulnerable_code_not_present',
}
const head = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://octo.example/vex/1',
  author: 'octo',
  timestamp: '2026-01-01T00:00:00Z',
  version: 1,
}

async function read(...documents: readonly object[]) {
  const folder = await mkdtemp(join(tmpdir(), 'vex-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const files = documents.map((_, at) => `${at}.json`)
  await Promise.all(
    documents.map((each, at) => writeFile(join(folder, `${at}.json`), JSON.stringify(each, null, 2))),
  )
  return readVexDocuments(files, folder)
}

const wordOn = async (statements: readonly object[], found = finding()) => {
  const list = await read({ ...head, statements })
  expect(list.failures.map(({ message }) => message)).toEqual([])
  return lastWord(found, list.statements, image)?.status
}

describe('a product', () => {
  it.each<[string, object, boolean]>([
    ['the package, any version', { '@id': 'pkg:apk/alpine/libcrypto3' }, true],
    ['the package without namespace', { '@id': 'pkg:apk/libcrypto3' }, true],
    ['its version', { '@id': 'pkg:apk/alpine/libcrypto3@3.5.0-r0' }, true],
    ['another version', { '@id': 'pkg:apk/alpine/libcrypto3@3.4.0-r0' }, false],
    ['its architecture', { '@id': 'pkg:apk/alpine/libcrypto3?arch=x86_64' }, true],
    ['another architecture', { '@id': 'pkg:apk/alpine/libcrypto3?arch=aarch64' }, false],
    ['another distribution', { '@id': 'pkg:apk/wolfi/libcrypto3' }, false],
    ['another type', { '@id': 'pkg:deb/alpine/libcrypto3' }, false],
    ['the package by its identifiers', { identifiers: { purl: 'pkg:apk/alpine/libcrypto3' } }, true],
    ['the image', { '@id': 'pkg:oci/demo?repository_url=ghcr.io/octo/demo' }, true],
    ['the image of an owner', { '@id': 'pkg:oci/demo?repository_url=ghcr.io%2Focto' }, true],
    ['one of its digests', { '@id': `pkg:oci/demo@sha256%3A${'b'.repeat(64)}` }, true],
    ['a digest of another', { '@id': `pkg:oci/demo@sha256%3A${'c'.repeat(64)}` }, false],
    ['the image by reference', { '@id': 'ghcr.io/octo/demo' }, true],
    ['another image', { '@id': 'pkg:oci/other' }, false],
    [
      'the package in the image',
      { '@id': 'pkg:oci/demo', subcomponents: [{ '@id': 'pkg:apk/alpine/libcrypto3' }] },
      true,
    ],
    [
      'another package in the image',
      { '@id': 'pkg:oci/demo', subcomponents: [{ '@id': 'pkg:apk/alpine/zlib' }] },
      false,
    ],
    [
      'the package in another image',
      { '@id': 'pkg:oci/x', subcomponents: [{ '@id': 'pkg:apk/alpine/libcrypto3' }] },
      false,
    ],
  ])('%s', async (_title, product, isMeant) => {
    expect(await wordOn([{ ...statement, products: [product] }])).toBe(isMeant ? 'not_affected' : undefined)
  })

  it('of a finding without package URL is told by kind, name and version', async () => {
    const { purl: _, ...bare } = finding()
    expect(await wordOn([{ ...statement, products: [{ '@id': 'pkg:apk/libcrypto3@3.5.0-r0' }] }], bare)).toBe(
      'not_affected',
    )
  })
})

describe('a statement', () => {
  it('is of a vulnerability by any of its names', async () => {
    const aliased = { ...statement, vulnerability: { name: 'GHSA-1', aliases: ['cve-2026-11111'] } }
    expect(await wordOn([aliased])).toBe('not_affected')
    expect(await wordOn([{ ...statement, vulnerability: { name: 'CVE-2026-1111' } }])).toBeUndefined()
    expect(await wordOn([statement], finding({ id: 'GHSA-x', aliases: ['CVE-2026-11111'] }))).toBe(
      'not_affected',
    )
  })

  it('counts when it is the last one of several documents', async () => {
    const affected = {
      ...statement,
      status: 'affected',
      action_statement: 'update',
      justification: undefined,
    }
    const later = { ...head, timestamp: '2026-02-01T00:00:00Z', statements: [affected] }
    const { statements } = await read(later, { ...head, statements: [statement] })
    expect(lastWord(finding(), statements, image)?.status).toBe('affected')
    const own = { ...statement, timestamp: '2026-03-01T00:00:00Z' }
    const again = await read(later, { ...head, statements: [own] })
    expect(lastWord(finding(), again.statements, image)?.status).toBe('not_affected')
  })

  it('may be of the older form, with texts in the place of objects', async () => {
    const older = { ...statement, vulnerability: 'CVE-2026-11111', products: ['pkg:apk/alpine/libcrypto3'] }
    expect(await wordOn([older])).toBe('not_affected')
  })
})

describe('a document', () => {
  it.each<[string, object, string]>([
    ['of another kind', { bomFormat: 'CycloneDX' }, '"@context" is not https://openvex.dev/ns'],
    ['without statements', { ...head }, '"statements" is missing or empty'],
    ['with a number as time', { ...head, timestamp: '1', statements: [statement] }, '"timestamp" is no time'],
    ['with an American time', { ...head, timestamp: '12/31/2026', statements: [statement] }, 'is no time'],
    ['without a time', { ...head, timestamp: 'now', statements: [statement] }, '"timestamp" is no time'],
    [
      'of an unknown status',
      { ...head, statements: [{ ...statement, status: 'fine' }] },
      '"status" is "fine"',
    ],
    [
      'without a reason',
      { ...head, statements: [{ ...statement, justification: undefined }] },
      'needs a "justification" or an "impact_statement"',
    ],
    [
      'of an unknown justification',
      { ...head, statements: [{ ...statement, justification: 'trust me' }] },
      '"justification" is "trust me"',
    ],
    ['without products', { ...head, statements: [{ ...statement, products: [] }] }, 'holds for nothing'],
    ['of a nameless product', { ...head, statements: [{ ...statement, products: [{}] }] }, 'neither "@id"'],
  ])('%s is refused', async (_title, document, words) => {
    const { failures } = await read(document)
    expect(failures.map(({ code }) => code)).toEqual(['CONFIG_INVALID'])
    expect(failures[0]?.message).toMatch(/^input "vex": 0\.json:\d+: /)
    expect(failures[0]?.message).toContain(words)
  })

  it('that is missing is told, and the others are read', async () => {
    const { failures, statements } = await readVexDocuments(['none.json'], '/nowhere')
    expect([failures.map(({ code }) => code), statements]).toEqual([['CONFIG_MISSING'], []])
  })

  it('is told on the line of its statement', async () => {
    const { failures } = await read({ ...head, statements: [statement, { ...statement, status: 'no' }] })
    expect(failures[0]?.at?.line).toBe(20)
  })
})
