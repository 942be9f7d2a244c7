import { expect, test } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Transient } from '../../../src/domain/transient.ts'
import { openIdentity } from '../../../src/sigstore/identity.ts'
import { fakePorts, type FakePorts } from '../../support/fake-ports.ts'
import { scriptedHttp, type ScriptedAnswer } from './scripted-http.ts'

const endpoint = { url: 'https://runner.example/idtoken?api-version=2.0', requestToken: 'request-secret' }
/** The fake clock stands at 2026-01-02T03:04:05Z. */
const now = Date.parse('2026-01-02T03:04:05Z') / 1000

const token = (expires: number): string => {
  const claims = { iss: 'https://issuer.example', sub: 'repo:acme/app', exp: expires }
  return ['eyJhbGciOiJub25lIn0', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'c2ln'].join('.')
}
const good = { body: { count: 1, value: token(now + 300) } }

function ports(...answers: readonly (ScriptedAnswer | Error)[]): FakePorts {
  return fakePorts({ http: scriptedHttp(...answers) })
}

test('asks the runner for a token with the audience of Sigstore, and masks all of it', async () => {
  const world = ports(good)
  const { token: given, claims } = await openIdentity(endpoint, world).token()
  expect(claims).toMatchObject({ issuer: 'https://issuer.example', subject: 'repo:acme/app' })
  expect(world.requests).toMatchObject([
    {
      method: 'GET',
      url: 'https://runner.example/idtoken?api-version=2.0&audience=sigstore',
      headers: { authorization: 'Bearer request-secret' },
    },
  ])
  expect(world.requests[0]?.idleTimeout).toBeLessThanOrEqual(10_000)
  expect(world.masked).toEqual(['request-secret', given])
})

test('asks once for all who want the token at the same time and later', async () => {
  const world = ports(good)
  const identity = openIdentity(endpoint, world)
  const [first, second] = await Promise.all([identity.token(), identity.token()])
  expect(second).toEqual(first)
  expect(await identity.token()).toEqual(first)
  expect(world.requests).toHaveLength(1)
})

test('asks again when the token is about to end, once for all', async () => {
  const world = ports({ body: { value: token(now + 30) } }, good)
  const identity = openIdentity(endpoint, world)
  await identity.token()
  const [second, third] = await Promise.all([identity.token(), identity.token()])
  expect(second.claims.expires).toBe(now + 300)
  expect(third).toEqual(second)
  expect(world.requests).toHaveLength(2)
})

test('asks again after a failure', async () => {
  const world = ports({ status: 403 }, good)
  const identity = openIdentity(endpoint, world)
  await expect(identity.token()).rejects.toMatchObject({ code: 'IDENTITY_MISSING' })
  expect((await identity.token()).claims.issuer).toBe('https://issuer.example')
})

test.for([401, 403])('a %i is for want of permission, and names the line', async status => {
  await expect(openIdentity(endpoint, ports({ status })).token()).rejects.toMatchObject({
    code: 'IDENTITY_MISSING',
    hint: expect.stringContaining('`id-token: write`'),
  })
})

test.for<[string, ScriptedAnswer | Error]>([
  ['a 500', { status: 500, body: { message: 'try later' } }],
  ['a 429', { status: 429 }],
  ['a broken connection', new Transient(new Failure('NETWORK_FAILED', 'cannot reach runner.example'))],
  ['a page', { body: '<html>' }],
  ['no token', { body: { count: 0 } }],
])('%s passes', async ([, trouble]) => {
  const world = ports(trouble, good)
  expect((await openIdentity(endpoint, world).token()).claims.issuer).toBe('https://issuer.example')
  expect(world.requests).toHaveLength(2)
})

const broken = 'eyJhbGciOiJub25lIn0.eyJicm9rZW4i.c2lnbmF0dXJl'

test.for<[string, ScriptedAnswer]>([
  ['an outage', { status: 503, body: { message: `no: ${token(now)}` } }],
  ['a token that cannot be read', { body: { value: broken } }],
  ['a refusal', { status: 400, body: { message: `no: Bearer request-secret ${broken}` } }],
])('%s fails in the end, and its message tells no token', async ([, trouble]) => {
  const world = ports(trouble)
  const failure: unknown = await openIdentity(endpoint, world)
    .token()
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({
    code: 'SIGNING_FAILED',
    message: expect.stringContaining('runner.example'),
  })
  const told = [String(failure), ...world.lines].join('\n')
  expect(told).not.toContain('eyJ')
  expect(world.masked).toContain('request-secret')
})

test('masks a token even when it cannot be read', async () => {
  const world = ports({ body: { value: broken } })
  await expect(openIdentity(endpoint, world).token()).rejects.toMatchObject({ code: 'SIGNING_FAILED' })
  expect(world.masked).toContain(broken)
})
