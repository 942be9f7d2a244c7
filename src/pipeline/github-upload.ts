import { Failure } from '../domain/failure.ts'
import { openReferrers } from '../oci/referrers.ts'
import type { World } from '../ports.ts'
import { uploadAttestations } from '../sigstore/github-attestations.ts'
import type { Destination } from './destination.ts'
import { attachBundles } from './image-signatures.ts'
import type { SignedAttestation } from './sign-images.ts'
import type { SigningPlan } from './signing-plan.ts'

export interface GithubUpload {
  readonly plan: SigningPlan
  readonly token: string | undefined
  readonly destinations: readonly Destination[]
}

/**
 * Hands SBOMs and provenance to GitHub's own store of attestations, when wanted; answers their pages. What is too large for it goes to
 * the registry instead, and that is said.
 */
export async function uploadToGithub(
  made: readonly SignedAttestation[],
  { plan, token, destinations }: GithubUpload,
  world: World,
): Promise<readonly string[]> {
  if (!plan.attestTo.github) return []
  const { repository, api = 'https://api.github.com' } = world.context
  if (token === undefined || repository === undefined) throw withoutGithub()
  const wanted = made.filter(({ attestation }) => attestation.kind !== 'signature')
  const bundles = wanted.map(({ attestation: { kind, place }, payload }) => ({
    name: `${kind} of ${place}`,
    json: payload.json,
  }))
  const uploaded = await uploadAttestations({ repository, api, token, bundles }, world)
  const tooLarge = wanted.filter((_, at) => uploaded[at] === 'tooLarge')
  if (tooLarge.length > 0 && !plan.attestTo.registry) {
    world.log.notice(
      `${tooLarge.length} attestations are too large for GitHub and are attached in the registry instead`,
    )
    const attached = tooLarge.map(({ attestation, payload }) => [attestation, payload] as const)
    await Promise.all(
      destinations.map(destination =>
        attachBundles({ referrers: openReferrers(destination, world) }, attached, world),
      ),
    )
  }
  return uploaded.flatMap(each => (each === 'tooLarge' ? [] : [each.url]))
}

function withoutGithub(): Failure {
  return new Failure(
    'INPUT_INVALID',
    'input "attest-to" names github, but there is no repository or token of GitHub to attest with',
    {
      hint: 'Leave "attest-to" at registry outside of a workflow, or give "github-token".',
    },
  )
}
