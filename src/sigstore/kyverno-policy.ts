import { stringify } from 'yaml'
import { attestedTypes, type Verification, type VerifyText } from './verification.ts'

/**
 * A Kyverno ClusterPolicy that lets only images with our signature, and what we attest, run. Bundles are read by Kyverno
 * as `SigstoreBundle` with certificates only; for a key it needs the legacy form (kyverno/kyverno#14233).
 */
export function kyvernoPolicy(verification: Verification): readonly VerifyText[] {
  const { image, signer, format } = verification
  const keyed = 'publicKey' in signer
  const bundle = !keyed && format !== 'legacy'
  if (keyed && format === 'bundle') return []
  const attestors = [{ entries: [attestor(verification)] }]
  const attestations = bundle ? attestedTypes(verification).map(type => ({ type, attestors })) : []
  const rule = {
    name: 'signature',
    match: { any: [{ resources: { kinds: ['Pod'] } }] },
    verifyImages: [
      {
        imageReferences: [`${image}:*`, `${image}@*`],
        type: bundle ? 'SigstoreBundle' : 'Cosign',
        failureAction: 'Enforce',
        attestors,
        ...(attestations.length === 0 ? {} : { attestations }),
      },
    ],
  }
  const policy = {
    apiVersion: 'kyverno.io/v1',
    kind: 'ClusterPolicy',
    metadata: { name: `signed-${nameOf(image)}` },
    spec: { webhookConfiguration: { timeoutSeconds: 30 }, rules: [rule] },
  }
  return [
    {
      title: 'Kyverno',
      text: stringify(policy, { lineWidth: 0, aliasDuplicateObjects: false }),
      language: 'yaml',
    },
  ]
}

function attestor({ signer, services }: Verification): unknown {
  const rekor = services.log
    ? services.rekor === undefined
      ? {}
      : { rekor: { url: services.rekor } }
    : { rekor: { ignoreTlog: true } }
  return 'identity' in signer
    ? { keyless: { subject: signer.identity.subject, issuer: signer.identity.issuer, ...rekor } }
    : { keys: { publicKeys: signer.publicKey.pem, ...rekor } }
}

/** The last part of the repository's path, as a name in Kubernetes may be. */
export function nameOf(image: string): string {
  const last = image.split('/').at(-1) ?? image
  return last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}
