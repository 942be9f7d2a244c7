import { Failure } from '../domain/failure.ts'

/** What is known before anything is built. */
export interface SigningFacts {
  /** The input `sign`: `true` and `false` are the user's own word, `auto` follows the push. */
  readonly sign: 'auto' | 'true' | 'false'
  readonly push: boolean
  /** Whether signing is all that the run is for, so that leaving it out is no advice. */
  readonly alone?: boolean
  /** Whether cosign-key is given. */
  readonly cosignKey: boolean
  /** Whether the runner offers identity tokens to this job (ACTIONS_ID_TOKEN_REQUEST_URL and _TOKEN are set). */
  readonly identityOffered: boolean
  /** Whether a GitHub runner runs us. */
  readonly workflow: boolean
  /** Whether the run is for a pull request of a fork or of Dependabot, which GitHub gives no identity token. */
  readonly stranger: boolean
  /** Whether the repository is private or internal; undefined when nobody knows, as on a laptop. */
  readonly privateRepository?: boolean | undefined
  /** Whether what is logged can be read by everybody. */
  readonly publicLog: boolean
}

export type SigningDecision =
  | {
      readonly sign: false
      /** To be told as a notice, when the user may have expected signatures. */ readonly notice?: string
    }
  | {
      readonly sign: true
      readonly by: 'identity' | 'key'
      /** Whether signatures are written to the log. */ readonly log: boolean
    }

/**
 * Decides whether the run signs and with what. Fails with IDENTITY_MISSING, naming the line to add, when it should sign
 * and cannot; with INPUT_INVALID when a private repository would be named in the public log without the user's word.
 */
export function decideSigning(facts: SigningFacts): SigningDecision {
  const { sign, push, cosignKey, identityOffered, stranger, publicLog } = facts
  if (sign === 'false' || (sign === 'auto' && !push)) return { sign: false }
  const told = sign === 'true'
  const secret = facts.privateRepository === true && publicLog && !told
  if (cosignKey) return { sign: true, by: 'key', log: !secret }
  if (!identityOffered && stranger && !push) {
    return {
      sign: false,
      notice: 'not signed: GitHub gives pull requests of forks and of Dependabot no identity token',
    }
  }
  if (!identityOffered) throw withoutIdentity(facts)
  if (secret) throw wouldTell(facts)
  return { sign: true, by: 'identity', log: true }
}

function withoutIdentity({ workflow, stranger, alone = false }: SigningFacts): Failure {
  if (!workflow) {
    return new Failure(
      'IDENTITY_MISSING',
      'signing without a key needs the identity of a GitHub job, and this is none',
      {
        hint: alone
          ? 'Give a key as cosign-key.'
          : 'Give a key as cosign-key, or leave the image unsigned with `sign: false`.',
      },
    )
  }
  if (stranger) {
    return new Failure(
      'IDENTITY_MISSING',
      'this pull request is of a fork or of Dependabot, to which GitHub gives no identity token, so what it pushes cannot be signed',
      {
        hint: alone
          ? 'Give a cosign-key, or leave this step out for such pull requests.'
          : 'Leave out `push: true` for pull requests, or say `sign: false`.',
      },
    )
  }
  return new Failure('IDENTITY_MISSING', 'the job may not ask for an identity token, which signing needs', {
    hint: alone
      ? 'Add `id-token: write` to the permissions of the job, or give a cosign-key.'
      : 'Add `id-token: write` to the permissions of the job, give a cosign-key, or say `sign: false`.',
  })
}

function wouldTell({ alone = false }: SigningFacts): Failure {
  return new Failure(
    'INPUT_INVALID',
    'the repository is private, and signing would write its name and that of the workflow to the public log for ever',
    {
      hint: `Say \`sign: true\` if that is all right; else give fulcio-url, rekor-url and trusted-root of a private Sigstore, ${alone ? 'or a cosign-key' : 'a cosign-key, or `sign: false`'}.`,
    },
  )
}
