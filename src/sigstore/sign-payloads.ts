import { createHash } from 'node:crypto'
import { bundleToJSON, toDSSEBundle, toMessageSignatureBundle, type Bundle } from '@sigstore/bundle'
import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import { sideBySide } from '../oci/side-by-side.ts'
import type { Ports } from '../ports.ts'
import { inTotoType, preAuthEncoding } from './dsse.ts'
import { keyHint } from './key-signer.ts'
import type { Signer, Signing } from './signer.ts'
import type { Statement } from './statement.ts'
import { AlreadyLogged, type Signed, type Testimony, type Witness } from './witness.ts'

/** What is to be signed; `name` is for the log only. */
export type Payload =
  | { readonly kind: 'statement'; readonly name: string; readonly statement: Statement }
  /** A file, or other bytes; read when its turn comes. */
  | { readonly kind: 'blob'; readonly name: string; readonly read: () => Promise<Buffer> }

/** A Sigstore bundle v0.3: a statement in a DSSE envelope, or the signature of a blob. */
export interface SignedPayload {
  readonly bundle: Bundle
  /** The bundle as it is stored: its JSON. */
  readonly json: string
  /** PEM of what the certificate is issued by, nearest first; empty when signed with a key. */
  readonly chain: readonly string[]
}

export interface SignWith {
  readonly signer: Signer
  readonly witnesses: readonly Witness[]
  readonly world: Pick<Ports, 'patience' | 'clock'>
}

const mostAtOnce = 16

/**
 * Signs all payloads side by side; answers in their order. Each is repeated until the deadline, keeping what it has
 * already; a signature whose certificate ended meanwhile is made anew. The first failure ends all:
 * SIGNING_FAILED, IDENTITY_MISSING.
 */
export async function signPayloads(
  payloads: readonly Payload[],
  use: SignWith,
): Promise<readonly SignedPayload[]> {
  return sideBySide(payloads, mostAtOnce, (payload, signal) => signOne(payload, use, signal))
}

async function signOne(payload: Payload, use: SignWith, signal: AbortSignal): Promise<SignedPayload> {
  const data =
    payload.kind === 'statement' ? Buffer.from(JSON.stringify(payload.statement)) : await payload.read()
  let round: Round | undefined
  return use.world.patience.retry(`signing ${payload.name}`, async tries => {
    if (signal.aborted) throw new Failure('CANCELLED', 'another signature failed')
    for (let again = false; ; again = true) {
      if (round === undefined || isOver(round, use)) round = await begin(payload.kind, data, use)
      const outcome = await complete(round, tries, use)
      // Certificates that always seem over mean that our clock is wrong: what counts is the log's, in verification.
      if (outcome === 'complete' && (again || !isOver(round, use))) return assemble(round)
      if (outcome === 'logged before' && again) throw lostForGood(payload)
      round = undefined
    }
  })
}

/** A signature and what was testified of it so far. */
interface Round {
  readonly bundle: Bundle
  readonly signed: Signed
  readonly signing: Signing
  readonly testimonies: Map<Witness, Testimony>
}

async function begin(kind: Payload['kind'], data: Buffer, { signer }: SignWith): Promise<Round> {
  const statement = kind === 'statement'
  const bytes = statement ? preAuthEncoding(inTotoType, data) : data
  const digest = createHash('sha256').update(bytes).digest()
  const signing = await signer.sign(bytes)
  const { signature, certificate, verifier } = signing
  const common = { signature, certificateChain: false, ...(certificate === undefined ? {} : { certificate }) }
  const bundle = statement
    ? toDSSEBundle({ ...common, artifact: data, artifactType: inTotoType })
    : toMessageSignatureBundle({ ...common, digest })
  return {
    bundle,
    signing,
    signed: { content: bundle.content, signature, digest, verifier },
    testimonies: new Map(),
  }
}

/** Asks the witnesses that have not testified yet, all at once. */
async function complete(
  round: Round,
  tries: number,
  { witnesses }: SignWith,
): Promise<'complete' | 'logged before'> {
  const missing = witnesses.filter(witness => !round.testimonies.has(witness))
  const outcomes = await Promise.allSettled(
    missing.map(async witness => {
      round.testimonies.set(witness, await witness.testify(round.signed, tries))
    }),
  )
  const errors = outcomes.flatMap((outcome): unknown[] =>
    outcome.status === 'rejected' ? [outcome.reason] : [],
  )
  const final = errors.find(error => !(error instanceof Transient || error instanceof AlreadyLogged))
  if (final !== undefined) throw final
  if (errors.some(error => error instanceof AlreadyLogged)) return 'logged before'
  if (errors.length > 0) throw errors[0]
  return 'complete'
}

function assemble({ bundle, signing, testimonies }: Round): SignedPayload {
  const all = [...testimonies.values()]
  const { content } = bundle.verificationMaterial
  // Not given to the bundle's maker: that would write it into the envelope as well, and cosign refuses such envelopes.
  const hint = { hint: keyHint(signing.verifier) }
  const complete: Bundle = {
    ...bundle,
    verificationMaterial: {
      content: content.$case === 'publicKey' ? { $case: 'publicKey', publicKey: hint } : content,
      tlogEntries: all.flatMap(({ entries = [] }) => entries),
      timestampVerificationData: {
        rfc3161Timestamps: all.flatMap(({ timestamps = [] }) => timestamps),
      },
    },
  }
  return { bundle: complete, json: JSON.stringify(bundleToJSON(complete)), chain: signing.chain }
}

function isOver({ signing }: Round, { world }: SignWith): boolean {
  return signing.until !== undefined && signing.until <= world.clock.now()
}

function lostForGood({ name }: Payload): Failure {
  return new Failure(
    'SIGNING_FAILED',
    `the log has the signature of ${name} already, and does not give its entry`,
    {
      hint: 'Its answer was lost the first time. Sign with an ECDSA key, whose signatures differ each time, or with certificates.',
    },
  )
}
