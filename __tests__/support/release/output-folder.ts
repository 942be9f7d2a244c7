import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { BuildRecord } from '../../../src/domain/build-record.ts'
import { digestOf, sha256Hex } from '../../../src/domain/digest.ts'

/** Commit that the folder was built from, of the release that is tested. */
export const builtCommit = 'c'.repeat(40)
export const imageDigest = digestOf('the index')
export const repository = 'ghcr.io/octo/senhas'

export interface OutputFolder extends AsyncDisposable {
  readonly folder: string
  readonly record: BuildRecord
  /** Names of the assets that a release of it has, sorted. */
  readonly assetNames: readonly string[]
  write(file: string, text: string): Promise<string>
}

const files = {
  'packages/melange.rsa.pub': 'the key',
  'packages/melange.rsa.pub.sigstore.json': '{"bundle":"key"}',
  'packages/provenance.sigstore.json': '{"bundle":"provenance"}',
  'packages/x86_64/APKINDEX.tar.gz': 'index of x86_64',
  'packages/x86_64/senhas-1.0.0-r0.apk': 'apk of x86_64',
  'packages/x86_64/senhas-1.0.0-r0.apk.sigstore.json': '{"bundle":"apk"}',
  'packages/aarch64/APKINDEX.tar.gz': 'index of aarch64',
  'packages/aarch64/senhas-1.0.0-r0.apk': 'apk of aarch64',
  'images/apko/sbom/sbom-x86_64.spdx.json': '{"spdx":"x86_64"}',
  'images/apko/sbom/sbom-index.spdx.json': '{"spdx":"index"}',
  'images/apko/bundles/index.signature.sigstore.json': '{"bundle":"signature"}',
  'images/apko/scan.sarif': '{"version":"2.1.0","runs":[]}',
}

const names = [
  'APKINDEX.aarch64.tar.gz',
  'APKINDEX.x86_64.tar.gz',
  'apko-index.signature.sigstore.json',
  'apko-sbom-index.spdx.json',
  'apko-sbom-x86_64.spdx.json',
  'apko-scan.sarif',
  'checksums.txt',
  'giropops.json',
  'images.txt',
  'melange.rsa.pub',
  'melange.rsa.pub.sigstore.json',
  'packages.provenance.sigstore.json',
  'packages.tar',
  'senhas-1.0.0-r0.aarch64.apk',
  'senhas-1.0.0-r0.x86_64.apk',
  'senhas-1.0.0-r0.x86_64.apk.sigstore.json',
]

/** The output folder of a run that built, pushed and signed; `run` makes its record another one, as each run's is. */
export async function makeOutputFolder(run = 'first', apk = 'apk of x86_64'): Promise<OutputFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'release-'))
  const record = recordOf(run, apk)
  const write = async (file: string, text: string): Promise<string> => {
    const path = join(folder, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    return path
  }
  for (const [file, text] of Object.entries(files)) await write(file, text)
  await write('packages/x86_64/senhas-1.0.0-r0.apk', apk)
  await write('giropops.json', JSON.stringify(record))
  return {
    folder,
    record,
    assetNames: names,
    write,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

function recordOf(run: string, apkText: string): BuildRecord {
  const apk = { name: 'senhas', version: '1.0.0-r0', arch: 'x86_64', checksum: 'Q1x' }
  const busybox = { ...apk, name: 'busybox', version: '1.37.0-r1' }
  return {
    $schema: 'https://github.com/org/giropops-build/schema/giropops.schema.json',
    giropops: '1.0.0',
    startedAt: '2026-01-02T03:04:05.000Z',
    seconds: 1,
    run: { repository: 'octo/senhas', commit: builtCommit, ref: 'refs/tags/v1.0.0', url: run },
    stages: [],
    parameters: {},
    files: [],
    tools: [],
    packages: {
      folder: 'packages',
      publicKey: 'packages/melange.rsa.pub',
      throwAwayKey: false,
      sandbox: 'bubblewrap',
      built: [
        {
          name: 'senhas',
          version: '1.0.0-r0',
          arch: 'x86_64',
          file: 'x86_64/senhas-1.0.0-r0.apk',
          sha256: sha256Hex(apkText),
          size: apkText.length,
        },
        {
          name: 'senhas',
          version: '1.0.0-r0',
          arch: 'aarch64',
          file: 'aarch64/senhas-1.0.0-r0.apk',
          sha256: sha256Hex('apk of aarch64'),
          size: 14,
        },
      ],
    },
    images: [
      {
        name: repository,
        config: 'apko.yaml',
        digest: imageDigest,
        size: 100,
        layout: 'images/apko/layout',
        sboms: ['images/apko/sbom/sbom-x86_64.spdx.json', 'images/apko/sbom/sbom-index.spdx.json'],
        loaded: [],
        pushed: { repository, tags: ['v1.0.0'], uploaded: 1, skipped: 0 },
        signed: {
          signer: { subject: 'https://github.com/octo/senhas', issuer: 'https://issuer.example' },
          bundles: [
            {
              kind: 'signature',
              place: 'index',
              digest: imageDigest,
              file: 'images/apko/bundles/index.signature.sigstore.json',
            },
          ],
          github: [],
          verify: [
            { title: 'Signature', language: 'sh', text: `cosign verify ${repository}@${imageDigest}` },
          ],
        },
        platforms: [
          {
            platform: 'linux/amd64',
            arch: 'amd64',
            digest: digestOf('amd64'),
            size: 100,
            sbom: 'images/apko/sbom/sbom-x86_64.spdx.json',
            packages: [busybox, apk],
            addedToSbom: [],
          },
        ],
      },
    ],
  }
}
