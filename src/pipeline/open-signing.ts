import type { World } from '../ports.ts'
import { openCertificateSigner } from '../sigstore/certificate-signer.ts'
import { openIdentity } from '../sigstore/identity.ts'
import { openKeySigner } from '../sigstore/key-signer.ts'
import { settleServices, type SettledServices } from '../sigstore/rekor-version.ts'
import type { Signer } from '../sigstore/signer.ts'
import { readSigningKey } from '../sigstore/signing-key-text.ts'
import { readTrustedRoot } from '../sigstore/trusted-root.ts'
import type { Trust } from '../sigstore/verify-bundle.ts'
import type { Witness } from '../sigstore/witness.ts'
import { openWitnesses } from '../sigstore/witnesses.ts'
import type { SigningPlan } from './signing-plan.ts'

/** What signs and what verifies, for one run. */
export interface OpenSigning {
  readonly plan: SigningPlan
  readonly signer: Signer
  readonly witnesses: readonly Witness[]
  readonly trust: Trust
  /** The services with what was found out about them. */
  readonly services: SettledServices
}

/** Reads the key and the trusted root that were given, so that what is wrong with them is found before anything is built. */
export async function checkSigning(
  { services, key }: SigningPlan,
  { secrets }: Pick<World, 'secrets'>,
): Promise<void> {
  for (const secret of [key?.text, key?.passphrase]) secrets.mask(secret ?? '')
  await readTrustedRoot(services.trustedRoot)
  if (key !== undefined) await readSigningKey(key.text, key.passphrase)
}

/** Opens signer, log and trusted root; with an identity, asks for the certificate. */
export async function openSigning(plan: SigningPlan, world: World): Promise<OpenSigning> {
  const { services, log } = plan
  const root = await readTrustedRoot(services.trustedRoot)
  const signer = await openSigner(plan, world)
  const settled = await settleServices(services, plan.by === 'key', world)
  return {
    plan,
    signer,
    services: settled,
    witnesses: openWitnesses(settled, { log, root }, world),
    trust: { root, signer: await signer.expected(), log: log && settled.rekor !== undefined },
  }
}

async function openSigner({ key, services }: SigningPlan, world: World): Promise<Signer> {
  if (key !== undefined) return openKeySigner(await readSigningKey(key.text, key.passphrase))
  const { identity } = world.context
  if (identity === undefined) throw new TypeError('planned to sign with an identity that the job has not got')
  return openCertificateSigner(services.fulcio, openIdentity(identity, world), world)
}
