import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import { titleOf, type Service } from './service.ts'

/** What a service said instead of doing what was asked. */
export interface Refusal {
  readonly service: Service
  readonly status: number
  /** Its own words, as they came; tokens in them are cut out. */
  readonly text: string
  /** Milliseconds that it asked us to wait. */
  readonly retryAfter?: number | undefined
  readonly cause?: unknown
}

const outageHint =
  'Run it again once the service is back; the input `deadline` says how long an outage is waited out.'

/** SIGNING_FAILED for an answer that is no success; as Transient where the same request may succeed later. */
export function refused({ service, status, text, retryAfter, cause }: Refusal): Failure | Transient {
  const passes = status === 408 || status === 425 || status === 429 || status >= 500
  const words = plain(text)
  const message = `${titleOf(service)} answered ${status}${words === '' ? '' : `: ${words}`}`
  const failure = new Failure('SIGNING_FAILED', message, {
    hint: passes ? outageHint : hintOf(service, status),
    cause,
  })
  return passes ? new Transient(failure, retryAfter) : failure
}

/** Transient SIGNING_FAILED: the service could not be reached, or broke off. `reason` says how. */
export function unreachable(service: Service, reason: string, cause?: unknown): Transient {
  return new Transient(
    new Failure('SIGNING_FAILED', `${titleOf(service)}: ${plain(reason)}`, { hint: outageHint, cause }),
  )
}

/**
 * SIGNING_FAILED: the answer was a success, but not what the service answers. Transient at the first two tries, since an
 * answer may be cut; after that something else than the service is there.
 */
export function garbled(service: Service, what: string, tries: number): Failure | Transient {
  const failure = new Failure(
    'SIGNING_FAILED',
    `${titleOf(service)} answered something that is not ${what}`,
    {
      hint: `Is ${service.url} the address of the service itself, and not of a proxy's or a login page?`,
    },
  )
  return tries < 2 ? new Transient(failure) : failure
}

/** Failures of the Http port, with the service's name instead of its host's alone; anything else as it is. */
export function named(error: unknown, service: Service): unknown {
  if (error instanceof Transient) {
    return error.failure.code === 'NETWORK_FAILED'
      ? unreachable(service, error.failure.message, error)
      : error
  }
  if (!(error instanceof Failure) || error.code !== 'NETWORK_FAILED') return error
  return new Failure('SIGNING_FAILED', `${titleOf(service)}: ${error.message}`, {
    cause: error,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  })
}

/** One line of at most 300 characters, without anything that looks like a token. */
export function plain(text: string): string {
  const line = text
    .replaceAll(/\bey[JA][\w-]{8,}(\.[\w-]*){0,2}/g, '[token]')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return line.length > 300 ? `${line.slice(0, 299)}…` : line
}

function hintOf(service: Service, status: number): string {
  if (status === 413) return 'What is signed is too large for the service; a private one may allow more.'
  if (status === 404) return `Is ${service.url} the right address? It is given without the path of the API.`
  if (service.name === 'Fulcio') {
    return 'Does this Fulcio accept tokens of this issuer, with the audience "sigstore", and is the clock of the runner right?'
  }
  return `The service does not take what we send; is ${service.url} the right one, in a version that we know?`
}
