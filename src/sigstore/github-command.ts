import { commandLine } from './shell-words.ts'
import type { Verification, VerifyText } from './verification.ts'

/** `gh attestation verify`, for provenance with a GitHub identity: from the registry, or from GitHub itself. */
export function githubCommand(verification: Verification): readonly VerifyText[] {
  const { image, digest, repository, signer, provenance, attestTo, services } = verification
  if (repository === undefined || !provenance || !('identity' in signer)) return []
  const workflow = /^https:\/\/[^/]+\/([^/@]+\/[^/@]+\/[^@]+)@/.exec(signer.identity.subject)?.[1]
  if (workflow === undefined || !services.log) return []
  const fromRegistry = attestTo.registry && !attestTo.github ? ['--bundle-from-oci'] : []
  const root = services.trustedRoot === undefined ? [] : ['--custom-trusted-root', services.trustedRoot]
  const subject = [`oci://${image}@${digest}`, '--repo', repository, '--signer-workflow', workflow]
  const command = ['gh', 'attestation', 'verify', ...subject, ...fromRegistry, ...root]
  return [{ title: 'Provenance, by the GitHub CLI', text: commandLine(command), language: 'sh' }]
}
