import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Transient } from '../../../src/domain/transient.ts'
import type { HttpRequest, HttpResponse } from '../../../src/ports.ts'
import type { Credentials } from '../../../src/oci/credentials.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openRepository, type Repository } from '../../../src/oci/registry-client.ts'
import { fakePorts, type FakePorts } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'

const me: Credentials = { kind: 'password', username: 'me', password: 'secret' }
const basic = `Basic ${Buffer.from('me:secret').toString('base64')}`
const bearer = 'Bearer realm="https://auth.example/token?a=b",service="reg"'

interface Scene {
  readonly name?: string
  readonly credentials?: Credentials
  readonly challenge?: string
  /** Answers of the token service, one after the other; the last is repeated. */
  readonly tokens?: readonly object[]
  /** Tokens that the registry accepts. */
  readonly accepted?: readonly string[]
}

/** A registry that has no manifest and asks for a login as the scene tells. */
function play(scene: Scene): { repository: Repository; ports: FakePorts; seen: () => readonly string[] } {
  const {
    name = 'ghcr.io/octo/demo',
    credentials = me,
    challenge = bearer,
    accepted = ['Bearer one'],
  } = scene
  const tokens = [...(scene.tokens ?? [{ token: 'one' }])]
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    const { authorization } = request.headers ?? {}
    if (!new URL(request.url).pathname.startsWith('/v2/')) {
      const next = tokens.length > 1 ? tokens.shift() : tokens[0]
      return answer(request, 200, { body: JSON.stringify(next) })
    }
    if (accepted.includes(authorization ?? '')) return answer(request, 404)
    return answer(request, 401, { headers: { 'www-authenticate': challenge } })
  }
  const ports = fakePorts({ http })
  const repository = openRepository({ repository: parseRepository(name), credentials }, ports)
  const seen = () =>
    ports.requests.map(({ method, url, headers }) => {
      const login = headers?.['authorization']
      return `${method} ${url.replace(/\/v2\/.*/, '')}${login === undefined ? '' : ` ${login}`}`
    })
  return { repository, ports, seen }
}

describe('a login by Bearer', () => {
  it('gets a token with the login, and sends it to the registry only', async () => {
    const { repository, ports, seen } = play({})
    expect(await repository.getManifest('latest')).toBeUndefined()
    const scope = 'scope=repository%3Aocto%2Fdemo%3Apull%2Cpush'
    expect(seen()).toEqual([
      'GET https://ghcr.io',
      `GET https://auth.example/token?a=b&service=reg&${scope} ${basic}`,
      'GET https://ghcr.io Bearer one',
    ])
    expect(ports.masked).toEqual(['one'])
  })

  it('asks once for many requests, and again when the time is over', async () => {
    const { repository, ports } = play({ tokens: [{ token: 'one', expires_in: 300 }] })
    const asked = () => ports.requests.filter(each => each.url.includes('auth.example')).length
    await Promise.all(['a', 'b', 'c'].map(tag => repository.getManifest(tag)))
    expect(asked()).toBe(1)
    const clock = ports.clock.now()
    Object.assign(ports.clock, { now: () => new Date(clock.getTime() + 295_000) })
    await repository.getManifest('d')
    expect(asked()).toBe(2)
  })

  it('renews a token that the registry no longer accepts, once', async () => {
    const { repository, seen } = play({
      tokens: [{ token: 'old' }, { access_token: 'one' }],
    })
    await repository.getManifest('latest')
    expect(seen().map(line => line.replace(/\?.*? /, ' '))).toEqual([
      'GET https://ghcr.io',
      `GET https://auth.example/token ${basic}`,
      'GET https://ghcr.io Bearer old',
      `GET https://auth.example/token ${basic}`,
      'GET https://ghcr.io Bearer one',
    ])
  })

  it('gives up when a new token is not accepted either', async () => {
    const { repository, ports } = play({ accepted: [] })
    await expect(repository.getManifest('latest')).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      message: 'the login may not push to ghcr.io/octo/demo',
    })
    expect(ports.requests.length).toBe(5)
  })

  it('turns an identity token into a registry token by POST', async () => {
    const credentials: Credentials = { kind: 'identity-token', token: 'long' }
    const { repository, ports } = play({ credentials, tokens: [{ access_token: 'one' }] })
    await repository.getManifest('latest')
    const [, asked] = ports.requests
    expect(asked).toMatchObject({ method: 'POST', url: 'https://auth.example/token?a=b' })
    expect(
      Object.fromEntries(new URLSearchParams(typeof asked?.body === 'string' ? asked.body : '')),
    ).toEqual({
      grant_type: 'refresh_token',
      client_id: 'giropops-build',
      refresh_token: 'long',
      service: 'reg',
      scope: 'repository:octo/demo:pull,push',
    })
  })

  it.each([
    ['nothing', {}],
    ['an empty text', { token: '' }],
    ['a number', { token: 7 }],
    ['a text with a line break', { token: 'one\r\nx: y' }],
  ])('does not take %s for a token', async (_, token) => {
    const { repository } = play({ tokens: [token] })
    await expect(repository.getManifest('latest')).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: 'the token service auth.example answered something that is not a token',
    })
  })
})

describe('the realm', () => {
  it.each([
    ['ghcr.io/o/n', 'http://ghcr.io/token', 'http://ghcr.io'],
    ['ghcr.io/o/n', 'http://127.0.0.1/token', 'http://127.0.0.1'],
    ['127.0.0.1:5000/n', 'http://auth.example/token', 'http://auth.example'],
    ['ghcr.io/o/n', 'ftp://auth.example/', 'ftp://auth.example'],
    ['ghcr.io/o/n', '/token', 'no URL'],
  ])('of %s may not be %s', async (name, realm, where) => {
    const { repository, ports } = play({ name, challenge: `Bearer realm="${realm}"` })
    await expect(repository.getManifest('latest')).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining(`sends logins to ${where}, which is not safe`),
    })
    expect(ports.requests.length).toBe(1)
  })

  it.each([
    ['127.0.0.1:5000/n', 'http://127.0.0.1:5001/token'],
    ['127.0.0.1:5000/n', 'https://auth.example/token'],
    ['ghcr.io/o/n', 'https://auth.example/token'],
  ])('of %s may be %s', async (name, realm) => {
    const { repository, ports } = play({ name, challenge: `Bearer realm="${realm}"` })
    await repository.getManifest('latest')
    expect(ports.requests[1]?.url.startsWith(realm)).toBe(true)
  })
})

describe('a token service that cannot be reached', () => {
  const unreachable = new Failure('NETWORK_FAILED', 'cannot reach auth.example: name not found', {
    hint: 'h',
  })
  it.each([new Transient(unreachable), unreachable])(
    'is told with the registry that named it',
    async error => {
      const http = async (request: HttpRequest): Promise<HttpResponse> => {
        if (request.url.startsWith('https://auth.example')) throw error
        return answer(request, 401, { headers: { 'www-authenticate': bearer } })
      }
      const request = { repository: parseRepository('ghcr.io/octo/demo'), credentials: me }
      await expect(openRepository(request, fakePorts({ http })).getManifest('latest')).rejects.toMatchObject({
        code: 'NETWORK_FAILED',
        message: 'cannot reach auth.example: name not found; ghcr.io sends logins there',
        hint: 'h',
      })
    },
  )
})

describe('other logins', () => {
  it('are by Basic where the registry offers no token service', async () => {
    const { repository, seen } = play({
      challenge: 'Negotiate, Basic realm="r", Bearer error="x"',
      accepted: [basic],
    })
    await repository.getManifest('a')
    await repository.getManifest('b')
    expect(seen()).toEqual([
      'GET https://ghcr.io',
      `GET https://ghcr.io ${basic}`,
      `GET https://ghcr.io ${basic}`,
    ])
  })

  it('prefer Bearer where both are offered', async () => {
    const { repository, seen } = play({ challenge: `Basic realm="r", ${bearer}` })
    await repository.getManifest('a')
    expect(seen().at(-1)).toBe('GET https://ghcr.io Bearer one')
  })

  it('may be a token for the registry itself', async () => {
    const { repository, seen } = play({ credentials: { kind: 'registry-token', token: 'one' } })
    await repository.getManifest('a')
    expect(seen()).toEqual(['GET https://ghcr.io Bearer one'])
  })

  it.each<[string, Credentials, string, string]>([
    ['no login', { kind: 'none' }, 'Basic realm="r"', 'ghcr.io asks who you are'],
    ['a wrong password', me, 'Basic realm="r"', 'ghcr.io does not accept the login of "me"'],
    [
      'an identity token at Basic',
      { kind: 'identity-token', token: 'x' },
      'Basic realm="r"',
      'does not accept',
    ],
    ['a wrong registry token', { kind: 'registry-token', token: 'x' }, bearer, 'does not accept the login'],
  ])('fail with %s', async (_, credentials, challenge, message) => {
    const { repository } = play({ credentials, challenge, accepted: [] })
    const outcome = repository.getManifest('latest')
    await expect(outcome).rejects.toMatchObject({ code: 'REGISTRY_DENIED' })
    await expect(outcome).rejects.toThrow(message)
  })

  it.each([
    ['Negotiate', 'a login of the kind "negotiate"'],
    ['', 'a login without saying which'],
    ['Bearer service="x"', 'a login of the kind "bearer"'],
  ])('are refused: %s', async (challenge, message) => {
    const { repository } = play({ challenge, accepted: [] })
    await expect(repository.getManifest('latest')).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining(message),
    })
  })
})
