import { digestOf } from '../../src/domain/digest.ts'
import type { BuildRecord, ImageOfRecord } from '../../src/domain/build-record.ts'

const hex = 'ab'.repeat(32)

export const image: ImageOfRecord = {
  name: 'ghcr.io/o/senhas',
  config: 'apko.yaml',
  digest: digestOf('index'),
  size: 51_200_000,
  layout: 'images/apko/layout',
  sboms: ['images/apko/sbom/sbom-x86_64.spdx.json', 'images/apko/sbom/sbom-index.spdx.json'],
  loaded: [],
  pushed: { repository: 'ghcr.io/o/senhas', tags: ['1.0.0', 'latest'], uploaded: 3, skipped: 1 },
  platforms: [
    {
      platform: 'linux/amd64',
      arch: 'amd64',
      digest: digestOf('amd64'),
      size: 25_600_000,
      sbom: 'images/apko/sbom/sbom-x86_64.spdx.json',
      packages: [
        { name: 'busybox', version: '1.36.1-r2', arch: 'x86_64', checksum: 'Q1abc=', distribution: 'alpine' },
        { name: 'senhas', version: '1.0.0-r0', arch: 'x86_64', checksum: 'Q1def=' },
      ],
      addedToSbom: ['busybox-1.36.1-r2'],
    },
  ],
}

export const record: BuildRecord = {
  $schema: 'https://github.com/org/giropops-build/schema/giropops.schema.json',
  giropops: '1.0.0',
  startedAt: '2026-01-02T03:04:05.000Z',
  seconds: 12.5,
  run: { repository: 'o/senhas', commit: 'c0ffee', ref: 'refs/heads/main', event: 'push' },
  stages: [{ stage: 'tools', seconds: 0.25 }],
  parameters: { platforms: 'linux/amd64' },
  files: [{ name: 'apko.yaml', sha256: hex }],
  tools: [{ name: 'apko', version: '1.2.39', sha256: hex, source: 'download' }],
  packages: {
    folder: 'packages',
    publicKey: 'packages/melange.rsa.pub',
    throwAwayKey: true,
    sandbox: 'bubblewrap',
    built: [
      {
        name: 'senhas',
        version: '1.0.0-r0',
        arch: 'x86_64',
        file: 'x86_64/senhas-1.0.0-r0.apk',
        sha256: hex,
        size: 999_600,
      },
    ],
  },
  images: [image],
}
