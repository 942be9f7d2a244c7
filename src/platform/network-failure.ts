import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'

const causes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EPIPE: 'connection reset',
  UND_ERR_SOCKET: 'the connection was closed before the answer was whole',
  ERR_STREAM_PREMATURE_CLOSE: 'the connection was closed before the answer was whole',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is not as long as announced',
  ENOTFOUND: 'name not found',
  EAI_AGAIN: 'name not found (the name server did not answer)',
  ETIMEDOUT: 'timed out while connecting',
  UND_ERR_CONNECT_TIMEOUT: 'timed out while connecting',
  UND_ERR_HEADERS_TIMEOUT: 'timed out: no answer came',
  UND_ERR_BODY_TIMEOUT: 'timed out: the answer stopped coming',
  ANSWER_TOO_SLOW: 'timed out: the answer came too slowly',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  ENOENT: 'there is no such socket',
  EACCES: 'no permission',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
}

const certificateCodes =
  /^(CERT_|ERR_TLS_CERT|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE))/

/**
 * What to throw for an error of an HTTP exchange with `name` (host, proxy or socket): Transient(NETWORK_FAILED) with the
 * plain cause; for a certificate that is not trusted the Failure itself, since waiting does not help. Undefined when the
 * error does not come from the network.
 */
export function networkFailure(error: unknown, name: string): Failure | Transient | undefined {
  const chain = causesOf(error)
  const codes = chain.map(codeOf)
  const untrusted = codes.find(code => certificateCodes.test(code))
  if (untrusted !== undefined) {
    return new Failure(
      'NETWORK_FAILED',
      `cannot reach ${name}: its certificate is not trusted (${untrusted})`,
      {
        hint: 'If a proxy or a private authority signs it, name its certificate file in NODE_EXTRA_CA_CERTS.',
        cause: error,
      },
    )
  }
  const proxyStatus = chain.map(proxyRefusal).find(status => status !== undefined)
  const plain = proxyStatus ?? plainCause(codes)
  if (plain === undefined) return undefined
  return new Transient(
    new Failure('NETWORK_FAILED', `cannot reach ${name}: ${plain}`, {
      hint: `Check that this machine reaches it (address, firewall, the proxy in http_proxy, https_proxy and no_proxy), or run it again later.`,
      cause: error,
    }),
  )
}

function plainCause(codes: readonly string[]): string | undefined {
  for (const code of codes.toReversed()) {
    const text = causes[code]
    if (text !== undefined) return text
    if (code.startsWith('HPE_')) return 'its answer is not HTTP'
    if (/^(ERR_SSL|ERR_TLS|EPROTO|ECONN|ENET|EADDR)/.test(code)) return code
  }
  return undefined
}

/** undici tells what a proxy answered only in the words of its error. */
function proxyRefusal(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const status = /^Proxy response \((\d+)\)|^Proxy Authentication Required \((407)\)/.exec(error.message)
  const code = status?.[1] ?? status?.[2]
  if (code === undefined) return undefined
  return code === '407' ? 'the proxy asks for a login (407)' : `the proxy answered ${code}`
}

function causesOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = []
  for (let each = error; each instanceof Error && chain.length < 8; each = each.cause) chain.push(each)
  return chain
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
