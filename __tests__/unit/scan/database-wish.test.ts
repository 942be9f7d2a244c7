import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import type { ScannerName } from '../../../src/domain/tool.ts'
import { readDatabaseWish, withoutLogin } from '../../../src/scan/database-wish.ts'

const workspace = new URL('../../fixtures/scan', import.meta.url).pathname

function failureOf(work: () => unknown): Failure {
  try {
    work()
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('scan-database', () => {
  it.each<[ScannerName, string | undefined, object]>([
    ['grype', undefined, { kind: 'mirror', place: 'https://grype.anchore.io/databases' }],
    ['trivy', undefined, { kind: 'mirror', place: 'mirror.gcr.io/aquasec/trivy-db:2' }],
    ['grype', 'https://mirror.example/db/', { kind: 'mirror', place: 'https://mirror.example/db' }],
    [
      'grype',
      'http://mirror.example/v6/latest.json?key=1',
      { kind: 'mirror', place: 'http://mirror.example/v6/latest.json?key=1' },
    ],
    ['grype', 'schema.sql', { kind: 'file', path: `${workspace}/schema.sql`, given: 'schema.sql' }],
    ['trivy', './schema.sql', { kind: 'file', path: `${workspace}/schema.sql`, given: './schema.sql' }],
    [
      'trivy',
      'ghcr.io/aquasecurity/trivy-db:2',
      { kind: 'mirror', place: 'ghcr.io/aquasecurity/trivy-db:2' },
    ],
    ['trivy', 'oci://localhost:5000/db', { kind: 'mirror', place: 'localhost:5000/db' }],
  ])('%s: %s', (scanner, given, wish) => {
    expect(readDatabaseWish(scanner, given, workspace)).toEqual(wish)
  })

  it.each<[ScannerName, string]>([
    ['grype', 'no-such.tar.zst'],
    ['grype', 'ghcr.io/o/db'],
    ['grype', 'ftp://mirror.example/db'],
    ['grype', 'https://me:secret@mirror.example/db'],
    ['grype', 'ftp://me:secret@mirror.example/db'],
    ['grype', 'https://me:secret/or@mirror.example/db'],
    ['grype', 'https://me:secret?or@mirror.example:99999/db'],
    ['grype', 'me:secret@mirror.example/db'],
    ['trivy', 'me:secret@ghcr.io/o/db:2'],
    ['trivy', 'oci://me:secret@ghcr.io/o/db:2'],
    ['grype', 'schema.sql/below'],
    ['trivy', './no-such.tar.gz'],
    ['trivy', 'no-such.tar.gz'],
    ['trivy', 'folder/no-such'],
  ])('%s refuses %s, without telling a secret', (scanner, given) => {
    const read = (): unknown => readDatabaseWish(scanner, given, workspace)
    expect(read).toThrow(Failure)
    expect(read).toThrow(/^input "scan-database" is ".*"; accepted for/)
    expect(read).not.toThrow(/secret/)
    expect(failureOf(read).hint).not.toContain('secret')
    expect(failureOf(read).hint?.includes('there is no file')).toBe(!/[:@]/.test(given))
  })

  it.each<ScannerName>(['grype', 'trivy'])('%s refuses a folder', scanner => {
    const read = (): unknown => readDatabaseWish(scanner, '.', workspace)
    expect(failureOf(read)).toMatchObject({
      code: 'INPUT_INVALID',
      message: expect.stringContaining('input "scan-database" is "." (it is a folder); accepted'),
    })
  })
})

describe('withoutLogin', () => {
  it.each([
    ['https://me:secret@host/path?token=secret', 'https://host/path'],
    ['https://host/path', 'https://host/path'],
    ['me:secret@host/path', 'host/path'],
    ['https://me:sec/ret@host/path', 'https://host/path'],
    ['me:secret@ghcr.io/o/db@sha256:0', 'ghcr.io/o/db@sha256:0'],
    ['ghcr.io/o/db@sha256:0', 'ghcr.io/o/db@sha256:0'],
  ])('%s', (place, shown) => expect(withoutLogin(place)).toBe(shown))
})
