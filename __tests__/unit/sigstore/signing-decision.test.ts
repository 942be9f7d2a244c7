import { expect, test } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { decideSigning, type SigningFacts } from '../../../src/sigstore/signing-decision.ts'

const pushOfMain: SigningFacts = {
  sign: 'auto',
  push: true,
  cosignKey: false,
  identityOffered: true,
  workflow: true,
  stranger: false,
  privateRepository: false,
  publicLog: true,
}
const byIdentity = { sign: true, by: 'identity', log: true }
const byKey = { sign: true, by: 'key', log: true }
const not = { sign: false }
const fork = { stranger: true, identityOffered: false }
const noPush = { push: false }
const unknownVisibility = { privateRepository: undefined }
const laptop = { workflow: false, identityOffered: false, ...unknownVisibility }

test.for<[string, Partial<SigningFacts>, unknown]>([
  ['a push', {}, byIdentity],
  ['no push', noPush, not],
  ['no push, told to sign', { ...noPush, sign: 'true' }, byIdentity],
  ['told not to sign', { sign: 'false', identityOffered: false }, not],
  ['a key', { cosignKey: true, identityOffered: false }, byKey],
  ['a key on a laptop', { ...laptop, cosignKey: true }, byKey],
  ['a key, private repository', { cosignKey: true, privateRepository: true }, { ...byKey, log: false }],
  ['a key, private repository, told to', { cosignKey: true, privateRepository: true, sign: 'true' }, byKey],
  ['a key, private log', { cosignKey: true, privateRepository: true, publicLog: false }, byKey],
  ['private repository, private log', { privateRepository: true, publicLog: false }, byIdentity],
  ['private repository, told to sign', { privateRepository: true, sign: 'true' }, byIdentity],
  ['private repository, no push', { ...noPush, privateRepository: true }, not],
  ['a fork, no push', { ...fork, ...noPush }, not],
  ['a laptop, no push', { ...laptop, ...noPush }, not],
])('decides: %s', ([, facts, expected]) => {
  expect(decideSigning({ ...pushOfMain, ...facts })).toEqual(expected)
})

test('a fork that was told to sign, and pushes nothing, goes on unsigned and says why', () => {
  const decided = decideSigning({ ...pushOfMain, ...fork, push: false, sign: 'true' })
  expect(decided).toEqual({ sign: false, notice: expect.stringContaining('forks') })
})

test.each<Partial<SigningFacts>>([{ identityOffered: false }, fork, laptop, { privateRepository: true }])(
  'a run for signing alone is not told to leave it: %j',
  facts => {
    const thrown = (alone: boolean): Failure => {
      try {
        decideSigning({ ...pushOfMain, ...facts, alone })
      } catch (error) {
        if (error instanceof Failure) return error
      }
      throw new Error('decided')
    }
    expect(thrown(false).hint).toMatch(/sign: false/)
    expect(thrown(true).hint).not.toMatch(/sign: false/)
    expect(thrown(true).hint).toMatch(/cosign-key/)
  },
)

test.for<[string, Partial<SigningFacts>, string, string]>([
  [
    'no permission',
    { identityOffered: false },
    'IDENTITY_MISSING',
    'Add `id-token: write` to the permissions',
  ],
  [
    'no permission, told to sign',
    { identityOffered: false, push: false, sign: 'true' },
    'IDENTITY_MISSING',
    '`id-token: write`',
  ],
  ['a fork that pushes', fork, 'IDENTITY_MISSING', '`push: true`'],
  ['a laptop', laptop, 'IDENTITY_MISSING', 'cosign-key'],
  ['private repository, public log', { privateRepository: true }, 'INPUT_INVALID', '`sign: true`'],
])('fails before anything is built: %s', ([, facts, code, hint]) => {
  expect(() => decideSigning({ ...pushOfMain, ...facts })).toThrow(
    expect.objectContaining({ code, hint: expect.stringContaining(hint) }),
  )
})
