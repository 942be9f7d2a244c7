import { randomBytes } from 'node:crypto'
import { readAll, json, refused, type Answer, type Question } from './answer.ts'
import { manners, type Manner, type MannerName } from './manners.ts'

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
  /** Whose words it speaks, and where its token service is; GHCR's unless told. */
  readonly manner?: MannerName
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
  readonly #manner: Manner

  constructor(options: AccountOptions, address: () => string) {
    this.#options = options
    this.#address = address
    this.#manner = manners[options.manner ?? 'ghcr']
    this.packages = new Map(Object.entries(options.packages))
  }

  /** Path of the token service. */
  get tokens(): string {
    return this.#manner.tokens
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
    if (password !== undefined && who === undefined) return this.#manner.unknownLogin
    const scopes = question.url.searchParams.getAll('scope').flatMap(scope => scope.split(' '))
    const names = scopes.map(scope => scope.split(':')[1] ?? '')
    if (who === undefined && !names.every(name => this.#mayRead(undefined, name))) {
      return refused(401, 'UNAUTHORIZED', 'authentication required')
    }
    const refusal = this.#manner.atTokens && scopes.map(scope => this.#denialOf(who, scope)).find(Boolean)
    return refusal || this.#newToken(who, scopes, 'token')
  }

  /** Lets a request of a repository in, or answers 401 or 403 as GHCR does. */
  enter(question: Question, name: string): Entry {
    const writes = !['GET', 'HEAD'].includes(question.method)
    if (this.#options.auth === 'none') return { who: { login: 'anybody', scopes: ['write:packages'] } }
    if (this.#options.auth === 'basic') return this.#enterByPassword(question, name)
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
    const denied = this.#denialOf(token.who, `repository:${name}:${action}`)
    if (denied !== undefined)
      return { refused: withChallenge(denied, this.#challenge(`repository:${name}:${action}`)) }
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

  #enterByPassword(question: Question, name: string): Entry {
    const challenge = { 'www-authenticate': 'Basic realm="stand-in"' }
    const password = passwordOf(question)
    if (password === undefined)
      return { refused: refused(401, 'UNAUTHORIZED', 'authentication required', challenge) }
    const who = this.#options.users[password]
    if (who === undefined && this.#options.manner !== undefined) return { refused: this.#manner.unknownLogin }
    if (who === undefined)
      return { refused: refused(401, 'UNAUTHORIZED', 'authentication required', challenge) }
    if (this.#options.manner === undefined || name === '') return { who }
    const action = ['GET', 'HEAD'].includes(question.method) ? 'pull' : 'push'
    const denied = this.#denialOf(who, `repository:${name}:${action}`)
    return denied === undefined ? { who } : { refused: denied }
  }

  /** What is said to who may not do what a scope says; undefined when they may. */
  #denialOf(who: Account | undefined, scope: string): Answer | undefined {
    const [, name = '', actions = ''] = scope.split(':')
    const exists = this.packages.has(name)
    const action = actions.split(',').includes('push') ? 'push' : 'pull'
    if (action === 'pull' ? this.#mayRead(who, name) : this.#mayWrite(who, name)) {
      return action === 'push' && !exists ? this.#manner.onlyExisting : undefined
    }
    return this.#manner.missing({ name, action, exists })
  }

  #challenge(scope: string, error?: string): Answer {
    const more = error === undefined ? '' : `,error="${error}"`
    return refused(401, 'UNAUTHORIZED', 'authentication required', {
      'www-authenticate': `Bearer realm="http://${this.#address()}${this.#manner.tokens}",service="stand-in",scope="${scope}"${more}`,
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

/** A 401 has to say how to log in, as the challenge does. */
function withChallenge(answer: Answer, challenge: Answer): Answer {
  return answer.status === 401
    ? { ...answer, headers: { ...answer.headers, ...challengeIn(challenge) } }
    : answer
}

function challengeIn({ headers = {} }: Answer): Readonly<Record<string, string>> {
  return { 'www-authenticate': headers['www-authenticate'] ?? '' }
}

function passwordOf(question: Question): string | undefined {
  const basic = /^basic (.+)$/i.exec(question.headers.authorization ?? '')?.[1]
  if (basic === undefined) return undefined
  const pair = Buffer.from(basic, 'base64').toString()
  return pair.slice(pair.indexOf(':') + 1)
}
