import { expect, test } from 'vitest'
import { digestFromHex } from '../../../src/domain/digest.ts'
import { preAuthEncoding } from '../../../src/sigstore/dsse.ts'
import { apkDependency, provenancePredicate, type BuildFacts } from '../../../src/sigstore/provenance.ts'
import {
  provenanceStatement,
  signatureStatement,
  spdxStatement,
  subjectOf,
} from '../../../src/sigstore/statement.ts'

const hex = 'ab'.repeat(32)
const digest = digestFromHex(hex)

test('the signature is byte for byte what cosign 3 signs', () => {
  expect(JSON.stringify(signatureStatement(digest))).toBe(
    `{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"${hex}"},"annotations":{}}],` +
      '"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}}',
  )
})

test('an SBOM is passed on as it is', () => {
  const document = { spdxVersion: 'SPDX-2.3', packages: [{ name: 'musl' }] }
  expect(spdxStatement(subjectOf('ghcr.io/acme/app', digest), document)).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'ghcr.io/acme/app', digest: { sha256: hex } }],
    predicateType: 'https://spdx.dev/Document',
    predicate: document,
  })
})

const facts: BuildFacts = {
  builder: 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main',
  workflow: {
    repository: 'https://github.com/acme/app',
    ref: 'refs/heads/main',
    path: '.github/workflows/release.yml',
    commit: '0123456789abcdef0123456789abcdef01234567',
    event: 'push',
    repositoryId: '1001',
    ownerId: '2002',
    runner: 'github-hosted',
  },
  parameters: { platforms: 'linux/amd64', 'apko-config': 'apko.yaml' },
  invocation: 'https://github.com/acme/app/actions/runs/42/attempts/1',
  startedAt: new Date('2026-01-02T03:04:05Z'),
  dependencies: [
    { name: 'melange.yaml', digest: { sha256: '22'.repeat(32) } },
    { name: 'apko.yaml', digest: { sha256: '11'.repeat(32) } },
  ],
}

test('provenance has the fields of the build type that GitHub has for workflows', () => {
  expect(provenanceStatement([subjectOf('x', digest)], provenancePredicate(facts))).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'x', digest: { sha256: hex } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: {
          inputs: { 'apko-config': 'apko.yaml', platforms: 'linux/amd64' },
          workflow: {
            ref: 'refs/heads/main',
            repository: 'https://github.com/acme/app',
            path: '.github/workflows/release.yml',
          },
        },
        internalParameters: {
          github: {
            event_name: 'push',
            repository_id: '1001',
            repository_owner_id: '2002',
            runner_environment: 'github-hosted',
          },
        },
        resolvedDependencies: [
          {
            uri: 'git+https://github.com/acme/app@refs/heads/main',
            digest: { gitCommit: '0123456789abcdef0123456789abcdef01234567' },
          },
          { name: 'apko.yaml', digest: { sha256: '11'.repeat(32) } },
          { name: 'melange.yaml', digest: { sha256: '22'.repeat(32) } },
        ],
      },
      runDetails: {
        builder: { id: facts.builder },
        metadata: { invocationId: facts.invocation, startedOn: '2026-01-02T03:04:05.000Z' },
      },
    },
  })
})

test('the same facts in another order, some of them twice, give the same bytes', () => {
  const { dependencies, parameters } = facts
  const shuffled = {
    ...facts,
    parameters: Object.fromEntries(Object.entries(parameters).reverse()),
    dependencies: [...dependencies, ...dependencies].reverse(),
  }
  expect(JSON.stringify(provenancePredicate(shuffled))).toBe(JSON.stringify(provenancePredicate(facts)))
})

test('outside of GitHub there is no workflow to tell of', () => {
  const { builder } = facts
  expect(provenancePredicate({ builder, parameters: {}, dependencies: [] })).toEqual({
    buildDefinition: {
      buildType: 'https://actions.github.io/buildtypes/workflow/v1',
      externalParameters: {},
      internalParameters: {},
      resolvedDependencies: [],
    },
    runDetails: { builder: { id: builder }, metadata: {} },
  })
})

test.for([
  [
    {
      name: 'musl',
      version: '1.2.5-r9',
      arch: 'x86_64',
      checksum: 'Q1AAECAwQFBgcICQoLDA0ODxAREhM=',
      distribution: 'alpine',
    },
    {
      uri: 'pkg:apk/alpine/musl@1.2.5-r9?arch=x86_64',
      digest: { sha1: '000102030405060708090a0b0c0d0e0f10111213' },
    },
  ],
  [
    { name: 'libstdc++', version: '15~rc1-r0', arch: 'aarch64', checksum: 'sha256:00' },
    { uri: 'pkg:apk/libstdc%2B%2B@15~rc1-r0?arch=aarch64', digest: { apk: 'sha256:00' } },
  ],
] as const)('an apk is a dependency with its checksum', ([apk, dependency]) => {
  expect(apkDependency(apk)).toEqual(dependency)
})

test('the encoding that is signed counts bytes, not characters (DSSE protocol, its own example)', () => {
  expect(preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world')).toString()).toBe(
    'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
  )
  expect(preAuthEncoding('é', Buffer.from('ü')).toString()).toBe('DSSEv1 2 é 2 ü')
})
