import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { publicGood } from '../../../src/sigstore/services.ts'
import { commandLine } from '../../../src/sigstore/shell-words.ts'
import type { Verification } from '../../../src/sigstore/verification.ts'
import { verifyCommands, verifyTexts } from '../../../src/sigstore/verify-commands.ts'

const digest = `sha256:${'ab'.repeat(32)}`
const identity = {
  subject: 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main',
  issuer: 'https://token.actions.githubusercontent.com',
}
const keyless: Verification = {
  image: 'ghcr.io/acme/app',
  digest,
  signer: { identity },
  format: 'bundle',
  sbom: true,
  provenance: true,
  attestTo: { registry: true, github: false },
  repository: 'acme/app',
  services: { log: true, tsa: false, fulcio: publicGood.fulcio, rekor: publicGood.rekor },
}
const pem = '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n'
const keyed: Verification = { ...keyless, signer: { publicKey: { pem, file: 'cosign.pub' } } }
const own = {
  ...keyless.services,
  fulcio: 'https://fulcio.example',
  rekor: 'https://rekor.example',
  trustedRoot: 'root.json',
}

const who = `--certificate-identity ${identity.subject} --certificate-oidc-issuer ${identity.issuer}`
const ref = `ghcr.io/acme/app@${digest}`

test.for<[string, Verification, readonly string[]]>([
  [
    'with an identity',
    keyless,
    [
      `cosign verify ${who} ${ref}`,
      `cosign verify-attestation --type spdxjson ${who} ${ref}`,
      `cosign verify-attestation --type slsaprovenance1 ${who} ${ref}`,
      `gh attestation verify oci://${ref} --repo acme/app --signer-workflow acme/app/.github/workflows/release.yml --bundle-from-oci`,
    ],
  ],
  [
    'attested at GitHub alone',
    { ...keyless, attestTo: { registry: false, github: true } },
    [
      `cosign verify ${who} ${ref}`,
      `gh attestation verify oci://${ref} --repo acme/app --signer-workflow acme/app/.github/workflows/release.yml`,
    ],
  ],
  ['without attestations', { ...keyless, sbom: false, provenance: false }, [`cosign verify ${who} ${ref}`]],
  [
    'with a key',
    { ...keyed, sbom: false },
    [
      `cosign verify --key cosign.pub ${ref}`,
      `cosign verify-attestation --type slsaprovenance1 --key cosign.pub ${ref}`,
    ],
  ],
  [
    'with a key and no log',
    { ...keyed, sbom: false, provenance: false, services: { ...keyless.services, log: false } },
    [`cosign verify --key cosign.pub --insecure-ignore-tlog ${ref}`],
  ],
  [
    'with an instance of its own',
    { ...keyless, sbom: false, services: own },
    [
      `cosign verify ${who} --trusted-root root.json ${ref}`,
      `cosign verify-attestation --type slsaprovenance1 ${who} --trusted-root root.json ${ref}`,
      `gh attestation verify oci://${ref} --repo acme/app --signer-workflow acme/app/.github/workflows/release.yml --bundle-from-oci --custom-trusted-root root.json`,
    ],
  ],
  [
    'with timestamps instead of a log',
    { ...keyless, sbom: false, provenance: false, services: { ...own, log: false, tsa: true } },
    [`cosign verify ${who} --trusted-root root.json --insecure-ignore-tlog --use-signed-timestamps ${ref}`],
  ],
  [
    'with the identity of a person',
    {
      ...keyless,
      sbom: false,
      signer: { identity: { subject: "o'neil@example.org", issuer: 'https://accounts.example' } },
    },
    [
      `cosign verify --certificate-identity 'o'\\''neil@example.org' --certificate-oidc-issuer https://accounts.example ${ref}`,
      `cosign verify-attestation --type slsaprovenance1 --certificate-identity 'o'\\''neil@example.org' --certificate-oidc-issuer https://accounts.example ${ref}`,
    ],
  ],
])('commands: %s', ([, verification, lines]) => {
  expect(verifyCommands(verification).split('\n')).toEqual(lines)
})

test('a shell reads the words as they were', () => {
  const words = ['plain', "it's", 'two words', '$HOME', '`id`', 'a*', '', '"', 'https://x/@y', '\\']
  const out = execFileSync('sh', ['-c', `printf '<%s>' ${commandLine(words)}`]).toString()
  expect(out).toBe(words.map(word => `<${word}>`).join(''))
})

function policy(title: string, verification: Verification): unknown {
  const text = verifyTexts(verification).find(each => each.title === title)
  return text === undefined ? undefined : parse(text.text)
}

test('a Kyverno policy asks for signature, provenance and SBOM of this image alone', () => {
  const attestors = [{ entries: [{ keyless: { ...identity, rekor: { url: publicGood.rekor } } }] }]
  expect(policy('Kyverno', keyless)).toMatchObject({
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: 'signed-app' },
    spec: {
      rules: [
        {
          verifyImages: [
            {
              imageReferences: ['ghcr.io/acme/app:*', 'ghcr.io/acme/app@*'],
              type: 'SigstoreBundle',
              failureAction: 'Enforce',
              attestors,
              attestations: [
                { type: 'https://slsa.dev/provenance/v1', attestors },
                { type: 'https://spdx.dev/Document', attestors },
              ],
            },
          ],
        },
      ],
    },
  })
})

test.for<[string, Verification, string]>([
  ['the legacy form', { ...keyless, format: 'legacy' }, 'Cosign'],
  ['both forms', { ...keyless, format: 'both' }, 'SigstoreBundle'],
  ['a key and both forms', { ...keyed, format: 'both' }, 'Cosign'],
])('Kyverno with %s', ([, verification, type]) => {
  expect(policy('Kyverno', verification)).toMatchObject({ spec: { rules: [{ verifyImages: [{ type }] }] } })
})

test('no policy is given for bundles of a key, which Kyverno does not read', () => {
  expect(policy('Kyverno', keyed)).toBeUndefined()
})

test('Kyverno is told when there is no log', () => {
  const verification: Verification = {
    ...keyed,
    format: 'legacy',
    services: { ...keyless.services, log: false },
  }
  expect(policy('Kyverno', verification)).toMatchObject({
    spec: {
      rules: [
        {
          verifyImages: [
            { attestors: [{ entries: [{ keys: { publicKeys: pem, rekor: { ignoreTlog: true } } }] }] },
          ],
        },
      ],
    },
  })
})

test.for<[string, Verification, unknown]>([
  [
    'an identity',
    keyless,
    {
      name: 'build',
      keyless: { url: publicGood.fulcio, identities: [identity] },
      ctlog: { url: publicGood.rekor },
      signatureFormat: 'bundle',
      attestations: [
        { name: 'attestation-1', predicateType: 'https://slsa.dev/provenance/v1' },
        { name: 'attestation-2', predicateType: 'https://spdx.dev/Document' },
      ],
    },
  ],
  [
    'the legacy form',
    { ...keyless, format: 'legacy' },
    {
      name: 'build',
      keyless: { url: publicGood.fulcio, identities: [identity] },
      ctlog: { url: publicGood.rekor },
    },
  ],
  [
    'an instance of its own',
    { ...keyless, sbom: false, provenance: false, services: { ...own, tsa: true } },
    {
      name: 'build',
      keyless: { url: own.fulcio, identities: [identity], trustRootRef: 'private' },
      ctlog: { url: own.rekor, trustRootRef: 'private' },
      rfc3161timestamp: { trustRootRef: 'private' },
      signatureFormat: 'bundle',
    },
  ],
  [
    'a key without a log',
    { ...keyed, sbom: false, provenance: false, services: { ...keyless.services, log: false } },
    { name: 'build', key: { data: pem, hashAlgorithm: 'sha256' }, ctlog: {}, signatureFormat: 'bundle' },
  ],
])('policy-controller with %s', ([, verification, authority]) => {
  expect(policy('policy-controller', verification)).toEqual({
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name: 'signed-app' },
    spec: {
      images: [{ glob: 'ghcr.io/acme/app:*' }, { glob: 'ghcr.io/acme/app@*' }],
      authorities: [authority],
    },
  })
})
