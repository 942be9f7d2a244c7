import { expect, test } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Transient } from '../../../src/domain/transient.ts'
import type { Service } from '../../../src/sigstore/service.ts'
import { garbled, named, plain, refused } from '../../../src/sigstore/service-failure.ts'

const fulcio: Service = { name: 'Fulcio', url: 'https://fulcio.example.org' }

test.for([408, 425, 429, 500, 502, 503, 504])('a %i may pass', status => {
  const error = refused({ service: fulcio, status, text: 'later', retryAfter: 7_000 })
  expect(error).toBeInstanceOf(Transient)
  expect(error).toMatchObject({ retryAfter: 7_000, failure: { code: 'SIGNING_FAILED' } })
  expect(error.message).toBe(`Fulcio (fulcio.example.org) answered ${status}: later`)
})

test.for([
  [400, 'audience'],
  [401, 'audience'],
  [404, 'right address'],
  [413, 'too large'],
] as const)('a %i does not pass', ([status, hint]) => {
  const error = refused({ service: fulcio, status, text: '' })
  expect(error).toBeInstanceOf(Failure)
  expect(error).toMatchObject({ code: 'SIGNING_FAILED', hint: expect.stringContaining(hint) })
  expect(error.message).toBe(`Fulcio (fulcio.example.org) answered ${status}`)
})

test('an answer that is something else is asked for three times in all', () => {
  const outcomes = [0, 1, 2, 3].map(tries => garbled(fulcio, 'a certificate', tries))
  expect(outcomes.map(each => each instanceof Transient)).toEqual([true, true, false, false])
})

test('what the network says gets the name of the service, anything else stays as it is', () => {
  const network = new Failure('NETWORK_FAILED', 'cannot reach fulcio.example.org: connection refused')
  const bug = new TypeError('oops')
  const own = new Transient(new Failure('SIGNING_FAILED', 'ours'), 5)
  expect(named(new Transient(network), fulcio)).toMatchObject({
    failure: { code: 'SIGNING_FAILED', message: expect.stringMatching(/^Fulcio .* connection refused$/) },
  })
  expect(named(network, fulcio)).toMatchObject({ code: 'SIGNING_FAILED' })
  expect(named(bug, fulcio)).toBe(bug)
  expect(named(own, fulcio)).toBe(own)
})

const token = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"me"}').toString('base64url')}.c2lnbmF0dXJl`

test.for<[string, string]>([
  [`bad token ${token}, sorry`, 'bad token [token], sorry'],
  [`cut ${token.slice(0, 30)}`, 'cut [token]'],
  [' two\n\tlines\u0007 ', 'two lines'],
  ['monkey business: the key Aeyla', 'monkey business: the key Aeyla'],
])('makes %j a plain line', ([text, line]) => {
  expect(plain(text)).toBe(line)
})

test('long words are cut', () => {
  expect(plain('x'.repeat(1_000))).toHaveLength(300)
})
