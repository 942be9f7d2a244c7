import { InternalError } from '@sigstore/sign'
import { Failure } from '../domain/failure.ts'
import type { Transient } from '../domain/transient.ts'
import type { Service } from './service.ts'
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
  const { statusCode, code, type }: Fields = fieldsOf(cause)
  if (typeof statusCode === 'number') {
    const text = cause.message.replace(/^\(\d+\) /, '')
    // An entry that a 409 spoke of a moment ago is there: only not at this replica yet.
    const late =
      statusCode === 404 && error instanceof InternalError && error.code === 'TLOG_FETCH_ENTRY_ERROR'
    return refused({ service, status: late ? 503 : statusCode, text, cause })
  }
  if (typeof code === 'string' && /^(CERT_|ERR_TLS|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_)/.test(code)) {
    return new Failure('SIGNING_FAILED', `${service.url}: its certificate is not trusted (${code})`, {
      hint: 'If a proxy or a private authority signs it, name its certificate file in NODE_EXTRA_CA_CERTS.',
      cause,
    })
  }
  const reason =
    typeof code === 'string' ? (reasons[code] ?? (/^E[A-Z]+$/.test(code) ? code : undefined)) : undefined
  if (reason !== undefined) return unreachable(service, reason, cause)
  if (typeof type === 'string' && type.endsWith('-timeout'))
    return unreachable(service, 'timed out: no answer came', cause)
  return garbled(service, 'a log entry', tries)
}

interface Fields {
  readonly statusCode?: unknown
  readonly code?: unknown
  readonly type?: unknown
}

function fieldsOf(error: Error): Fields {
  return { ...error }
}
