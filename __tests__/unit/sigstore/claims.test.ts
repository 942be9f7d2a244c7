import { expect, test } from 'vitest'
import { expectedIdentity, readClaims } from '../../../src/sigstore/claims.ts'

const jwt = (claims: unknown): string =>
  ['e30', Buffer.from(JSON.stringify(claims)).toString('base64url'), 'c2ln'].join('.')
const github = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'repo:acme/app:ref:refs/heads/main',
  job_workflow_ref: 'acme/ci/.github/workflows/release.yml@refs/tags/v1',
  exp: 1_735_689_600,
  run_id: '42',
  nested: { a: 1 },
}

test('reads what the token of a job says, texts only', () => {
  const claims = readClaims(jwt(github))
  expect(claims).toMatchObject({ issuer: github.iss, subject: github.sub, expires: github.exp })
  expect(claims?.texts).toEqual({
    iss: github.iss,
    sub: github.sub,
    job_workflow_ref: github.job_workflow_ref,
    run_id: '42',
  })
})

test.for([
  [github, 'https://github.com/acme/ci/.github/workflows/release.yml@refs/tags/v1'],
  [
    { iss: 'https://accounts.example', sub: '117', email: 'a@example.org', email_verified: true },
    'a@example.org',
  ],
  [{ iss: 'https://accounts.example', sub: '117', email: 'a@example.org' }, '117'],
  [{ iss: 'https://ci.example', sub: 'project:7' }, 'project:7'],
] as const)('expects the subject that Fulcio will certify', ([claims, subject]) => {
  const read = readClaims(jwt(claims))
  if (read === undefined) throw new Error('not read')
  expect(expectedIdentity(read, 'https://github.com')).toEqual({ subject, issuer: claims.iss })
})

test.for([
  '',
  'abc',
  'a.b',
  'a.b.c',
  jwt('text'),
  jwt([1]),
  jwt({ sub: 'x' }),
  jwt({ iss: 'https://x' }),
  `${jwt(github)}.more`,
])('takes %j for no token', token => {
  expect(readClaims(token)).toBeUndefined()
})
