import { randomBytes } from 'node:crypto'
import { readAll, json, refused, type Answer, type Question } from './answer.ts'

/** Who a token or password belongs to. */
export interface Account {
  readonly login: string
  /** The repository whose job the token is for: `octo/demo`; a person's token has none. */
  readonly repository?: string
  readonly scopes: readonly ('read:packages' | 'write:packages')[]
}

/** A package as GHCR keeps it: one for each repository of the registry. */
export interface Package {
  readonly owner: string
  readonly visibility: 'public' | 'private'
  /** Source repositories whose jobs may write. */
  readonly repositories: readonly string[]
}

export interface AccountOptions {
  readonly auth: 'ghcr' | 'basic' | 'none'
  /** By token or password. */
  readonly users: Readonly<Record<string, Account>>
  readonly packages: Readonly<Record<string, Package>>
  /** Seconds that a token lasts, told as expires_in; without it tokens last and nothing is told, as GHCR does. */
  readonly tokenSeconds?: number
}

interface Token {
  readonly who: Account | undefined
  readonly scopes: readonly string[]
  readonly until: number
}

export type Entry = { readonly who: Account | undefined } | { readonly refused: Answer }

/** Who is let in, and to what: GHCR's opaque tokens and package permissions, or plain Basic, or everybody. */
export class Accounts {
  readonly packages: Map<string, Package>
  readonly #options: AccountOptions
  readonly #tokens = new Map<string, Token>()
  readonly #address: () => string

  constructor(options: AccountOptions, address: () => string) {
    this.#options = options
    this.#address = address
    this.packages = new Map(Object.entries(options.packages))
  }

  /** From now on no token is known that was given out before. */
  forgetTokens(): void {
    this.#tokens.clear()
  }

  /** GET with Basic or nobody; POST with a refresh token (OAuth2). */
  async giveToken(question: Question): Promise<Answer> {
    if (question.method === 'POST') {
      const form = new URLSearchParams((await readAll(question.body)).toString())
      const who = this.#options.users[form.get('refresh_token') ?? '']
      if (form.get('grant_type') !== 'refresh_token' || who === undefined) {
        return refused(401, 'UNAUTHORIZED', 'authentication required')
      }
      return this.#newToken(who, (form.get('scope') ?? '').split(' '), 'access_token')
    }
    const password = passwordOf(question)
    const who = password === undefined ? undefined : this.#options.users[password]
    if (password !== undefined && who === undefined) return refused(403, 'DENIED', 'denied')
    const scopes = question.url.searchParams.getAll('scope').flatMap(scope => scope.split(' '))
    const names = scopes.map(scope => scope.split(':')[1] ?? '')
    if (who === undefined && !names.every(name => this.#mayRead(undefined, name))) {
      return refused(401, 'UNAUTHORIZED', 'authentication required')
    }
    return this.#newToken(who, scopes, 'token')
  }

  /** Lets a request of a repository in, or answers 401 or 403 as GHCR does. */
  enter(question: Question, name: string): Entry {
    const writes = !['GET', 'HEAD'].includes(question.method)
    if (this.#options.auth === 'none') return { who: { login: 'anybody', scopes: ['write:packages'] } }
    if (this.#options.auth === 'basic') return this.#enterByPassword(question)
    const bearer = /^bearer (.+)$/i.exec(question.headers.authorization ?? '')?.[1]
    const token = this.#tokens.get(bearer ?? '')
    const action = writes ? 'push' : 'pull'
    if (token === undefined || token.until < Date.now()) {
      return { refused: this.#challenge(name === '' ? 'user/image:pull' : `repository:${name}:${action}`) }
    }
    if (name === '') return { who: token.who }
    const granted = token.scopes.some(scope => {
      const [, path, actions = ''] = scope.split(':')
      return path === name && actions.split(',').includes(action)
    })
    if (!granted) return { refused: this.#challenge(`repository:${name}:${action}`, 'insufficient_scope') }
    if (writes && !this.#mayWrite(token.who, name)) {
      const verb = this.packages.has(name) ? 'write_package' : 'create_package'
      return { refused: refused(403, 'DENIED', `permission_denied: ${verb}`) }
    }
    if (!writes && !this.#mayRead(token.who, name)) return { refused: refused(403, 'DENIED', 'denied') }
    return { who: token.who }
  }

  /** What GHCR does at the first manifest: a private package, linked to the job's repository or the label's. */
  createPackage(name: string, who: Account | undefined, source: string | undefined): void {
    if (this.packages.has(name) || who === undefined) return
    const repositories = [who.repository, source?.replace('https://github.com/', '')]
    this.packages.set(name, {
      owner: who.login,
      visibility: 'private',
      repositories: repositories.filter(each => each !== undefined),
    })
  }

  #enterByPassword(question: Question): Entry {
    const who = this.#options.users[passwordOf(question) ?? '']
    if (who !== undefined) return { who }
    const challenge = { 'www-authenticate': 'Basic realm="stand-in"' }
    return { refused: refused(401, 'UNAUTHORIZED', 'authentication required', challenge) }
  }

  #challenge(scope: string, error?: string): Answer {
    const more = error === undefined ? '' : `,error="${error}"`
    return refused(401, 'UNAUTHORIZED', 'authentication required', {
      'www-authenticate': `Bearer realm="http://${this.#address()}/token",service="stand-in",scope="${scope}"${more}`,
    })
  }

  #newToken(who: Account | undefined, scopes: readonly string[], key: string): Answer {
    // Opaque: GHCR's tokens are no JWTs.
    const token = randomBytes(24).toString('base64url')
    const { tokenSeconds } = this.#options
    const until = tokenSeconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + tokenSeconds * 1000
    this.#tokens.set(token, { who, scopes, until })
    return json(200, { [key]: token, ...(tokenSeconds === undefined ? {} : { expires_in: tokenSeconds }) })
  }

  #mayRead(who: Account | undefined, name: string): boolean {
    const found = this.packages.get(name)
    if (found?.visibility === 'public') return true
    if (who === undefined) return false
    return (
      found === undefined || found.owner === who.login || found.repositories.includes(who.repository ?? '')
    )
  }

  #mayWrite(who: Account | undefined, name: string): boolean {
    if (who === undefined || !who.scopes.includes('write:packages')) return false
    const found = this.packages.get(name)
    if (found === undefined) return name.split('/')[0] === who.login.toLowerCase()
    return who.repository === undefined
      ? found.owner === who.login
      : found.repositories.includes(who.repository)
  }
}

function passwordOf(question: Question): string | undefined {
  const basic = /^basic (.+)$/i.exec(question.headers.authorization ?? '')?.[1]
  if (basic === undefined) return undefined
  const pair = Buffer.from(basic, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}
