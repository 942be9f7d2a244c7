import { commandLine } from './shell-words.ts'
import type { Verification, VerifyText } from './verification.ts'

/** `cosign verify`, and `cosign verify-attestation` for what is attested in the registry. */
export function cosignCommands(verification: Verification): readonly VerifyText[] {
  const { image, digest, sbom, provenance, attestTo } = verification
  const line = (title: string, command: readonly string[]): VerifyText => ({
    title,
    text: commandLine(['cosign', ...command, ...trust(verification), `${image}@${digest}`]),
    language: 'sh',
  })
  const attested = (wanted: boolean, title: string, type: string): readonly VerifyText[] =>
    wanted && attestTo.registry ? [line(title, ['verify-attestation', '--type', type])] : []
  return [
    line('Signature', ['verify']),
    ...attested(sbom, 'SBOM', 'spdxjson'),
    ...attested(provenance, 'Provenance', 'slsaprovenance1'),
  ]
}

function trust({ signer, services }: Verification): readonly string[] {
  const { log, tsa, trustedRoot } = services
  const who =
    'identity' in signer
      ? [
          '--certificate-identity',
          signer.identity.subject,
          '--certificate-oidc-issuer',
          signer.identity.issuer,
        ]
      : ['--key', signer.publicKey.file]
  return [
    ...who,
    ...(trustedRoot === undefined ? [] : ['--trusted-root', trustedRoot]),
    ...(log ? [] : ['--insecure-ignore-tlog']),
    ...(!log && tsa ? ['--use-signed-timestamps'] : []),
  ]
}
