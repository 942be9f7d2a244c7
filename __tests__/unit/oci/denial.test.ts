import { describe, expect, it } from 'vitest'
import { originOf, type Access } from '../../../src/oci/access.ts'
import { loginMissing, loginRefused, permissionMissing } from '../../../src/oci/denial.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { judge } from '../../../src/oci/registry-failure.ts'
import type { HttpResponse } from '../../../src/ports.ts'
import { parseRepository } from '../../../src/oci/reference.ts'

const access = (name: string, wish: Access['wish'] = 'push'): Access => {
  const repository = parseRepository(name)
  const credentials = { kind: 'password', username: 'octo', password: 'hidden' } as const
  return { repository, credentials, origin: originOf(repository.registry), wish }
}
const nothing = { code: '', message: '' }

describe('the cure of a missing permission', () => {
  it.each([
    ['ghcr.io/octo/demo', 'permission_denied: create_package', /"packages: write".*does not exist yet/],
    [
      'ghcr.io/octo/demo',
      'permission_denied: write_package',
      /"packages: write".*"Manage Actions access".*Write/,
    ],
    ['ghcr.io/octo/demo', 'denied', /^Add "packages: write" to the job's permissions; a personal token/],
    ['quay.io/octo/demo', 'nope', /^Let the owner of octo on quay\.io give this login the right to push\.$/],
  ])('at %s after "%s"', (name, message, hint) => {
    const failure = permissionMissing(access(name), { code: 'DENIED', message })
    expect(failure).toMatchObject({
      code: 'REGISTRY_DENIED',
      message: `the login may not push to ${name}: ${message === 'denied' ? 'DENIED' : message}`,
      hint: expect.stringMatching(hint),
    })
  })

  it.each([
    [
      'quay.io/octo/demo',
      /^Give the inputs username and token, or log in to quay\.io .*docker\/login-action/,
    ],
    ['ghcr.io/octo/demo', /github\.token.*"packages: write".*docker login ghcr\.io/],
  ])('at %s is to log in where nobody did, and keeps the words of the registry', (name, hint) => {
    const nobody: Access = { ...access(name), credentials: { kind: 'none' } }
    const failure = permissionMissing(nobody, { code: 'DENIED', message: 'anonymous may read' })
    expect(failure.message).toBe(`a run without a login may not push to ${name}: anonymous may read`)
    expect(failure.hint).toMatch(hint)
  })

  it('is another for reading', () => {
    const failure = permissionMissing(access('ghcr.io/octo/demo', 'pull'), {
      code: 'DENIED',
      message: 'permission_denied: read_package',
    })
    expect(failure.message).toBe(
      'the login may not pull from ghcr.io/octo/demo: permission_denied: read_package',
    )
    expect(failure.hint).toMatch(/"packages: read".*the role Read/)
  })
})

describe('a login that was accepted before in the run', () => {
  const ended = 'It was accepted before in this run, and may have ended meanwhile. '
  const judged = (name: string, status: number, message: string, accepted = true) => {
    const response = { status, headers: {} } as HttpResponse
    const refusal = { doing: 'put it', access: access(name), now: new Date(0), accepted }
    return judge(response, { code: 'UNAUTHORIZED', message }, refusal)
  }
  it.each([
    ['ghcr.io/octo/demo', 401, 'authentication required', /github\.token/],
    ['quay.io/octo/demo', 401, 'authentication required', /^Log in right before this step/],
    ['r.example/octo/demo', 403, 'Your authorization token has expired. Reauthenticate', /ECR end after 12/],
    ['r.example/octo/demo', 403, 'token expired', /another one at r\.example/],
  ])('at %s may have ended after %s %s', (name, status, message, cure) => {
    const failure = judged(name, status, message)
    const host = name.split('/')[0]
    expect(failure).toMatchObject({
      code: 'REGISTRY_DENIED',
      message: `${host} no longer accepts the login of "octo": ${message}`,
      hint: expect.stringMatching(new RegExp(`^${ended}`)),
    })
    const hint = failure instanceof Failure ? (failure.hint ?? '').slice(ended.length) : ''
    expect(hint).toMatch(cure)
    expect(hint.includes('github.token')).toBe(host === 'ghcr.io')
  })
  it.each([
    [401, 'authentication required', false],
    [401, 'requested access to the resource is denied', true],
    [403, 'quota exceeded', true],
  ])('or lacks a right: %s %s, accepted %s', (status, message, accepted) =>
    expect(judged('docker.io/octo/demo', status, message, accepted)).toMatchObject({
      message: `the login may not push to docker.io/octo/demo: ${message}`,
    }),
  )
  it.each(['token expired', 'SAML enforcement'])('is told nothing of GitHub elsewhere: %s', message =>
    expect(loginRefused(access('r.example/o/n'), { code: '', message }).hint).not.toMatch(/github/i),
  )
})

it.each([
  ['ghcr.io/octo/demo', /packages: write/, /classic personal access tokens/],
  ['alpine', /docker login docker\.io/, /expired, mistyped/],
])('a login at %s', (name, missing, refused) => {
  expect(loginMissing(access(name)).hint).toMatch(missing)
  const failure = loginRefused(access(name), nothing)
  expect(failure.message).toMatch(/does not accept the login of "octo"$/)
  expect(failure.hint).toMatch(refused)
  expect(`${failure.message}${failure.hint}`).not.toContain('hidden')
})
