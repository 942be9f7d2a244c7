import type { Scanner } from '../../../src/domain/finding.ts'
import type { ImageFinding } from '../../../src/domain/verdict.ts'

export const scanner: Scanner = {
  name: 'grype',
  version: '0.121.2',
  database: { built: '2026-01-01T06:00:00Z', source: 'https://databases.example' },
}

/** A finding of an image, critical and mended unless told. */
export function finding(more: Partial<ImageFinding> = {}): ImageFinding {
  return {
    id: 'CVE-2026-11111',
    aliases: [],
    severity: 'critical',
    package: 'libcrypto3',
    version: '3.5.0-r0',
    kind: 'apk',
    purl: 'pkg:apk/alpine/libcrypto3@3.5.0-r0?arch=x86_64&distro=alpine-3.22.1&upstream=openssl',
    fixedIn: ['3.5.1-r0'],
    platforms: ['linux/amd64'],
    ...more,
  }
}
