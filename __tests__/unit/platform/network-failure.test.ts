import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Transient } from '../../../src/domain/transient.ts'
import { networkFailure } from '../../../src/platform/network-failure.ts'

const coded = (code: string, cause?: unknown): Error => Object.assign(new Error('low', { cause }), { code })

describe('networkFailure', () => {
  it.each([
    ['ECONNREFUSED', 'connection refused'],
    ['ECONNRESET', 'connection reset'],
    ['EPIPE', 'connection reset'],
    ['ENOTFOUND', 'name not found'],
    ['EAI_AGAIN', 'name not found (the name server did not answer)'],
    ['UND_ERR_CONNECT_TIMEOUT', 'timed out while connecting'],
    ['UND_ERR_HEADERS_TIMEOUT', 'timed out: no answer came'],
    ['UND_ERR_BODY_TIMEOUT', 'timed out: the answer stopped coming'],
    ['UND_ERR_SOCKET', 'the connection was closed before the answer was whole'],
    ['HPE_INVALID_CONSTANT', 'its answer is not HTTP'],
    ['ECONNABORTED', 'ECONNABORTED'],
  ])('%s is told as: %s', (code, text) => {
    const failure = networkFailure(coded(code), 'ghcr.io')
    expect(failure).toBeInstanceOf(Transient)
    expect(failure).toMatchObject({
      failure: {
        code: 'NETWORK_FAILED',
        message: `cannot reach ghcr.io: ${text}`,
        hint: expect.stringContaining('https_proxy'),
      },
    })
  })

  it('looks for the plainest cause', () => {
    const failure = networkFailure(coded('UND_ERR_SOCKET', coded('ECONNRESET')), 'ghcr.io')
    expect(failure?.message).toBe('cannot reach ghcr.io: connection reset')
  })

  it.each([
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_HAS_EXPIRED',
    'ERR_TLS_CERT_ALTNAME_INVALID',
  ])('%s is not to be waited out', code => {
    const failure = networkFailure(new Error('outer', { cause: coded(code) }), 'ghcr.io')
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({
      code: 'NETWORK_FAILED',
      message: `cannot reach ghcr.io: its certificate is not trusted (${code})`,
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    })
  })

  it.each([
    ['Proxy response (502) !== 200 when HTTP Tunneling', 'the proxy answered 502'],
    ['Proxy response (407) !== 200 when HTTP Tunneling', 'the proxy asks for a login (407)'],
    ['Proxy Authentication Required (407)', 'the proxy asks for a login (407)'],
  ])('"%s" is told as: %s', (message, text) => {
    expect(networkFailure(new Error(message), 'x')?.message).toBe(`cannot reach x: ${text}`)
  })

  it.each([new TypeError('a bug'), coded('UND_ERR_INVALID_ARG'), 'text', undefined])(
    'leaves %s alone',
    error => {
      expect(networkFailure(error, 'ghcr.io')).toBeUndefined()
    },
  )
})
