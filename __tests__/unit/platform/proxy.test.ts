import { describe, expect, it } from 'vitest'
import { proxyFor } from '../../../src/platform/proxy.ts'

const nameOf = (url: string, env: Record<string, string>): string | undefined =>
  proxyFor(new URL(url), env)?.name

describe('proxyFor', () => {
  it.each([
    ['https://ghcr.io/', { https_proxy: 'http://p:1' }, 'p:1'],
    ['https://ghcr.io/', { HTTPS_PROXY: 'http://p:1' }, 'p:1'],
    ['https://ghcr.io/', { https_proxy: 'http://low:1', HTTPS_PROXY: 'http://up:1' }, 'low:1'],
    ['https://ghcr.io/', { http_proxy: 'http://p:1' }, undefined],
    ['http://ghcr.io/', { http_proxy: 'http://p:1' }, 'p:1'],
    ['http://ghcr.io/', { HTTP_PROXY: 'p:1' }, 'p:1'],
    ['http://ghcr.io/', { https_proxy: 'http://p:1' }, undefined],
    ['http://ghcr.io/', { http_proxy: '' }, undefined],
  ])('%s with %j goes through %s', (url, env, expected) => {
    expect(nameOf(url, env)).toBe(expected)
  })

  it.each([
    ['https://ghcr.io/', 'ghcr.io', false],
    ['https://pkg.ghcr.io/', 'ghcr.io', false],
    ['https://pkg.ghcr.io/', '.ghcr.io', false],
    ['https://pkg.ghcr.io/', '*.ghcr.io', false],
    ['https://GHCR.io/', 'Ghcr.IO', false],
    ['https://myghcr.io/', 'ghcr.io', true],
    ['https://ghcr.io/', 'example.com, ghcr.io', false],
    ['https://ghcr.io/', 'ghcr.io:443', false],
    ['https://ghcr.io/', 'ghcr.io:8443', true],
    ['https://ghcr.io:8443/', 'ghcr.io:8443', false],
    ['https://ghcr.io/', '*', false],
    ['https://10.0.0.7/', '10.0.0.7', false],
    ['https://[fd00::1]/', 'fd00::1', false],
    ['https://[fd00::1]:8443/', '[fd00::1]:8443', false],
    ['https://localhost:5000/', '', false],
    ['https://127.0.0.1:5000/', '', false],
    ['https://[::1]:5000/', '', false],
    ['https://128.0.0.1:5000/', '', true],
  ])('%s with no_proxy "%s" is proxied: %s', (url, no_proxy, proxied) => {
    expect(nameOf(url, { https_proxy: 'http://p:1', no_proxy }) === 'p:1').toBe(proxied)
    expect(nameOf(url, { https_proxy: 'http://p:1', NO_PROXY: no_proxy }) === 'p:1').toBe(proxied)
  })

  it('keeps credentials apart from the address', () => {
    const proxy = proxyFor(new URL('http://ghcr.io/'), { http_proxy: 'http://me:p%40ss@proxy.example:3128' })
    expect(proxy).toEqual({
      uri: 'http://proxy.example:3128/',
      name: 'proxy.example:3128',
      token: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    })
  })

  it.each(['socks5://me:secret@p:1', 'http://me:secret@:x'])('refuses "%s" without showing it', value => {
    expect(() => proxyFor(new URL('https://ghcr.io/'), { https_proxy: value })).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: 'the environment variable https_proxy is not the URL of an HTTP proxy',
      }),
    )
  })
})
