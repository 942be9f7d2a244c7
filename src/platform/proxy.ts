import { Failure } from '../domain/failure.ts'

/** The proxy that a request goes through. */
export interface Proxy {
  /** Address without credentials: `http://proxy.example:3128/`. */
  readonly uri: string
  /** How messages name it: `proxy.example:3128`. */
  readonly name: string
  /** Value of proxy-authorization, from the credentials in the variable. */
  readonly token?: string
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy that http_proxy, https_proxy and no_proxy (lower case first) ask for; undefined for none. As in Go and in the
 * runner's own client this machine's loopback is never proxied, and an entry of no_proxy stands for its subdomains too.
 * Fails with INPUT_INVALID when the variable is not the URL of an HTTP proxy; its value is never shown.
 */
export function proxyFor(url: URL, env: Environment): Proxy | undefined {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const text = read(env, name)
  if (text === '' || isLoopback(url.hostname) || isExempt(url, read(env, 'no_proxy'))) return undefined
  const parsed = URL.parse(text.includes('://') ? text : `http://${text}`)
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new Failure('INPUT_INVALID', `the environment variable ${name} is not the URL of an HTTP proxy`, {
      hint: `Set ${name} to a URL such as http://proxy.example:3128, or unset it.`,
    })
  }
  const { username, password } = parsed
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return {
    uri: `${parsed.protocol}//${parsed.host}/`,
    name: parsed.host,
    ...(username !== '' && { token: `Basic ${Buffer.from(login).toString('base64')}` }),
  }
}

function read(env: Environment, name: string): string {
  return (env[name] || env[name.toUpperCase()] || '').trim()
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname)
}

function isExempt(url: URL, noProxy: string): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  const host = bare(url.hostname)
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(entry => entry !== '')
    .some(entry => {
      if (entry === '*') return true
      const [, name = entry, itsPort] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? []
      if (itsPort !== undefined && itsPort !== port) return false
      const domain = bare(name).replace(/^\*?\./, '')
      return host === domain || host.endsWith(`.${domain}`)
    })
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '')
}
