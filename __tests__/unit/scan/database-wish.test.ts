import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import type { ScannerName } from '../../../src/domain/tool.ts'
import { readDatabaseWish, withoutLogin } from '../../../src/scan/database-wish.ts'

const workspace = new URL('../../fixtures/scan', import.meta.url).pathname

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
    ['trivy', './no-such.tar.gz'],
    ['trivy', 'no-such.tar.gz'],
    ['trivy', 'folder/no-such'],
  ])('%s refuses %s, without telling a secret', (scanner, given) => {
    const read = (): unknown => readDatabaseWish(scanner, given, workspace)
    expect(read).toThrow(Failure)
    expect(read).toThrow(/scan-database is ".*"; accepted for/)
    expect(read).not.toThrow(/secret/)
  })
})

describe('withoutLogin', () => {
  it.each([
    ['https://me:secret@host/path?token=secret', 'https://host/path'],
    ['https://host/path', 'https://host/path'],
    ['ghcr.io/o/db@sha256:0', 'ghcr.io/o/db@sha256:0'],
  ])('%s', (place, shown) => expect(withoutLogin(place)).toBe(shown))
})
