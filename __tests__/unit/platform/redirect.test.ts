import { describe, expect, it } from 'vitest'
import { redirectedHop } from '../../../src/platform/redirect.ts'

const hop = {
  url: new URL('https://a.example/x/y?z'),
  headers: { Authorization: 'Bearer secret', cookie: 'c', range: 'bytes=1-' },
}

describe('redirectedHop', () => {
  it.each([
    [301, '/w', 'https://a.example/w'],
    [302, 'w', 'https://a.example/x/w'],
    [307, 'https://a.example/w?q', 'https://a.example/w?q'],
  ])('%s to %s keeps all headers on the same origin', (status, location, expected) => {
    const next = redirectedHop(hop, status, location)
    expect(next?.url.href).toBe(expected)
    expect(next?.headers).toBe(hop.headers)
  })

  it.each(['https://b.example/', 'https://a.example:8443/', '//b.example/'])(
    'drops credentials on the way to %s',
    location => {
      expect(redirectedHop(hop, 308, location)?.headers).toEqual({ range: 'bytes=1-' })
    },
  )

  it.each([
    [200, '/w'],
    [304, '/w'],
    [302, undefined],
  ])('%s with location %s is no redirect', (status, location) => {
    expect(redirectedHop(hop, status, location)).toBeUndefined()
  })

  it.each([
    ['http://a.example/', /from https to plain http on a\.example/],
    ['ftp://a.example/', /not an http URL/],
    ['http://[', /not an http URL/],
  ])('refuses %s', (location, message) => {
    expect(() => redirectedHop(hop, 302, location)).toThrow(
      expect.objectContaining({ code: 'NETWORK_FAILED', message: expect.stringMatching(message) }),
    )
  })

  it('follows from http to https', () => {
    const from = { url: new URL('http://a.example/'), headers: {} }
    expect(redirectedHop(from, 301, 'https://a.example/')?.url.protocol).toBe('https:')
  })
})
