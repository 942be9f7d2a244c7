import type { InstalledPackage } from '../../../src/apko/installed-database.ts'

/** An installed package with what matters in a test. */
export function installedPackage(fields: Partial<InstalledPackage>): InstalledPackage {
  return {
    name: 'a',
    version: '1.0.0-r0',
    arch: 'x86_64',
    origin: fields.name ?? 'a',
    license: 'MIT',
    checksum: 'Q1UUR+7DKpzd175e38tWJNiYf0vLc=',
    size: 1,
    depends: [],
    provides: [],
    description: 'does things',
    url: 'https://example.org/a',
    maintainer: '',
    ...fields,
  }
}
