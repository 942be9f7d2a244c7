import { InternalError } from '@sigstore/sign'
import { Failure } from '../domain/failure.ts'
import type { Transient } from '../domain/transient.ts'
import { titleOf, type Service } from './service.ts'
import { garbled, refused, unreachable } from './service-failure.ts'

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name not found (the name server did not answer)',
  ETIMEDOUT: 'timed out while connecting',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ECONNECTIONTIMEOUT: 'timed out while connecting',
  EIDLETIMEOUT: 'timed out: no answer came',
  ERESPONSETIMEOUT: 'timed out: no answer came',
  ETRANSFERTIMEOUT: 'timed out: the answer stopped coming',
}

/**
 * What an error of @sigstore/sign's own HTTP means: SIGNING_FAILED that names service and status, as Transient where
 * asking again may help. Its messages are not passed on whole, since they may hold what was sent.
 */
export function libraryFailure(error: unknown, service: Service, tries: number): Failure | Transient {
  const cause: unknown = error instanceof InternalError ? error.cause : error
  if (!(cause instanceof Error)) return garbled(service, 'what it should', tries)
  const status: unknown = Reflect.get(cause, 'statusCode')
  if (typeof status === 'number') {
    const text = cause.message.replace(/^\(\d+\) /, '')
    return refused({ service, status: isLate(error, status) ? 503 : status, text, cause })
  }
  const code = String(Reflect.get(cause, 'code'))
  if (untrusted.test(code)) return notTrusted(service, code, cause)
  const reason = reasonOf(code, String(Reflect.get(cause, 'type')))
  return reason === undefined ? garbled(service, 'a log entry', tries) : unreachable(service, reason, cause)
}

const untrusted = /^(CERT_|ERR_TLS|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/

/** An entry that a 409 spoke of a moment ago is there: only not at the replica that was asked. */
function isLate(error: unknown, status: number): boolean {
  return status === 404 && error instanceof InternalError && error.code === 'TLOG_FETCH_ENTRY_ERROR'
}

function reasonOf(code: string, type: string): string | undefined {
  if (type.endsWith('-timeout')) return 'timed out: no answer came'
  return reasons[code] ?? (/^E[A-Z]+$/.test(code) ? code : undefined)
}

function notTrusted(service: Service, code: string, cause: unknown): Failure {
  return new Failure('SIGNING_FAILED', `${titleOf(service)}: its certificate is not trusted (${code})`, {
    hint: 'If a proxy or a private authority signs it, name its certificate file in NODE_EXTRA_CA_CERTS.',
    cause,
  })
}
