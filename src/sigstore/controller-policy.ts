import { stringify } from 'yaml'
import { nameOf } from './kyverno-policy.ts'
import { attestedTypes, type Verification, type VerifyText } from './verification.ts'

/**
 * A ClusterImagePolicy of Sigstore's policy-controller (0.13 or later for bundles). For a private instance it refers to a
 * TrustRoot named `private`, which is made in the cluster from the instance's trusted root.
 */
export function controllerPolicy(verification: Verification): readonly VerifyText[] {
  const { image, format } = verification
  const attestations = format === 'legacy' ? [] : attestedTypes(verification).map(attestation)
  const authority = {
    name: 'build',
    ...whoOf(verification),
    ...witnessesOf(verification),
    ...(format === 'legacy' ? {} : { signatureFormat: 'bundle' }),
    ...(attestations.length === 0 ? {} : { attestations }),
  }
  const policy = {
    apiVersion: 'policy.sigstore.dev/v1beta1',
    kind: 'ClusterImagePolicy',
    metadata: { name: `signed-${nameOf(image)}` },
    spec: { images: [{ glob: `${image}:*` }, { glob: `${image}@*` }], authorities: [authority] },
  }
  return [{ title: 'policy-controller', text: stringify(policy, { lineWidth: 0 }), language: 'yaml' }]
}

function whoOf({ signer, services }: Verification): object {
  if ('publicKey' in signer) return { key: { data: signer.publicKey.pem, hashAlgorithm: 'sha256' } }
  const { issuer, subject } = signer.identity
  return { keyless: { url: services.fulcio, identities: [{ issuer, subject }], ...rootOf(services) } }
}

function witnessesOf({ services }: Verification): object {
  const { log, rekor, tsa, trustedRoot } = services
  const root = rootOf(services)
  const ctlog = log ? { ...(rekor === undefined ? {} : { url: rekor }), ...root } : {}
  return {
    // An empty ctlog says that no log is asked.
    ctlog,
    ...(tsa && trustedRoot !== undefined ? { rfc3161timestamp: root } : {}),
  }
}

function rootOf({ trustedRoot }: Verification['services']): { readonly trustRootRef?: string } {
  return trustedRoot === undefined ? {} : { trustRootRef: 'private' }
}

function attestation(predicateType: string, at: number): unknown {
  return { name: `attestation-${at + 1}`, predicateType }
}
