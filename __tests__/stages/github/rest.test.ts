import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { Transient } from '../../../src/domain/transient.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { openGithub, type GithubRequest } from '../../../src/github/rest.ts'
import type { HttpRequest, HttpResponse } from '../../../src/ports.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'

const token = 'ghs_tokenOfTheTest0123456789abcdef'
const api = 'https://api.github.com'
type Reply = (request: HttpRequest) => HttpResponse
const says =
  (status: number, body: object | string, headers: Record<string, string> = {}): Reply =>
  request =>
    answer(request, status, { headers, body: typeof body === 'string' ? body : JSON.stringify(body) })
const breaks: Reply = () => {
  throw new Transient(new Failure('NETWORK_FAILED', 'api.github.com broke the connection'))
}

function open(...replies: readonly Reply[]) {
  const due = [...replies]
  const ports = fakePorts({ http: async request => (due.shift() ?? says(500, 'no reply left'))(request) })
  return { ports, github: openGithub({ api, token }, ports) }
}
const get: GithubRequest = { what: 'the thing', method: 'GET', path: '/repos/octo/senhas' }
const post: GithubRequest = { ...get, method: 'POST', body: { a: 1 } }

test('asks below the API with its media type and version, and the token is masked', async () => {
  const { github, ports } = open(says(200, { id: 1 }, { etag: 'x' }))
  expect(await github.ask(get)).toMatchObject({ status: 200, headers: { etag: 'x' }, json: { id: 1 } })
  expect(ports.masked).toEqual([token])
  expect(ports.requests).toEqual([
    {
      method: 'GET',
      url: 'https://api.github.com/repos/octo/senhas',
      headers: {
        authorization: `Bearer ${token}`,
        accept: 'application/vnd.github+json',
        'x-github-api-version': '2022-11-28',
      },
    },
  ])
})

test('sends JSON, and bytes as they are, made anew for each try', async () => {
  const { github, ports } = open(says(201, {}), says(502, ''), says(201, {}))
  await github.ask(post)
  const bytes = () => Readable.from([Buffer.from('bytes')])
  const body = { bytes, contentType: 'application/gzip', size: 5 }
  const path = 'https://uploads.github.com/repos/octo/senhas/releases/1/assets?name=a'
  await github.ask({ ...post, path, body, repeatable: true })
  const [json, first, second] = ports.requests
  expect(json).toMatchObject({ headers: { 'content-type': 'application/json' }, body: '{"a":1}' })
  expect(second).toMatchObject({
    url: path,
    headers: { 'content-type': 'application/gzip', 'content-length': '5' },
  })
  expect(first?.body).not.toBe(second?.body)
  expect(await text(second?.body as Readable)).toBe('bytes')
})

test('without a token none is sent', async () => {
  const ports = fakePorts({ http: async request => answer(request, 200, { body: '[]' }) })
  await openGithub({ api: `${api}/`, token: '' }, ports).ask(get)
  expect(ports.requests[0]?.url).toBe('https://api.github.com/repos/octo/senhas')
  expect(ports.requests[0]?.headers).not.toHaveProperty('authorization')
})

test.for(['https://evil.example/x', 'http://uploads.github.com/x', 'x'])(
  'the token does not go to %s',
  async path => {
    const { github, ports } = open(says(200, {}))
    await expect(github.ask({ ...get, path })).rejects.toMatchObject({ code: 'GITHUB_REFUSED' })
    expect(ports.requests).toEqual([])
  },
)

test.for([
  ['a GET after an outage', get, says(503, ''), 2],
  ['a GET after a reset', get, breaks, 2],
  ['a PATCH after an outage', { ...post, method: 'PATCH' }, says(502, ''), 2],
  ['a POST after a limit', post, says(403, { message: 'You have exceeded a secondary rate limit' }), 2],
  ['a limit in spite of `accept`', { ...post, accept: [403, 429] }, says(429, {}), 2],
  ['a POST that may be done twice', { ...post, repeatable: true }, breaks, 2],
] as const)('%s is sent again', async ([, request, reply, times]) => {
  const { github, ports } = open(reply, says(200, { id: 2 }))
  expect(await github.ask(request)).toMatchObject({ json: { id: 2 } })
  expect(ports.requests).toHaveLength(times)
})

test.for([says(502, ''), breaks])('a POST of which nothing is known is not', async reply => {
  const { github, ports } = open(reply, says(200, {}))
  await expect(github.ask(post)).rejects.toMatchObject({
    code: 'NETWORK_FAILED',
    message: expect.stringMatching(/^the thing: .*; it is not known whether it was done$/),
  })
  expect(ports.requests).toHaveLength(1)
})

test.for([says(502, ''), breaks, says(429, {})])('`once` leaves patience to the caller', async reply => {
  const { github, ports } = open(reply, says(200, {}))
  await expect(github.ask({ ...post, once: true })).rejects.toBeInstanceOf(Transient)
  expect(ports.requests).toHaveLength(1)
})

test('accepted statuses are answered', async () => {
  const { github } = open(says(404, { message: 'Not Found' }))
  expect(await github.ask({ ...get, accept: [404] })).toMatchObject({ status: 404 })
})

const accepted = { 'x-accepted-github-permissions': 'contents=write,workflows=write; contents=write' }
test.for([
  [403, { message: 'Resource not accessible by integration' }, accepted, 'Add `contents: write` to'],
  [
    403,
    { message: 'no' },
    { 'x-accepted-github-permissions': 'security_events=write' },
    '`security-events: write`',
  ],
  [
    403,
    { message: 'no' },
    { 'x-github-sso': 'required; url=https://github.com/sso' },
    'https://github.com/sso',
  ],
  [404, { message: 'Not Found' }, { 'x-accepted-oauth-scopes': 'repo' }, 'scopes: repo'],
  [404, { message: 'Not Found' }, {}, 'may the token see it'],
  [401, { message: `Bad credentials ${token}` }, {}, 'not valid'],
  [307, { message: 'Moved Permanently' }, {}, 'renamed'],
] as const)('%d is thrown with the cure', async ([status, body, headers, hint]) => {
  const { github, ports } = open(says(status, body, headers))
  const said = body.message.replace(token, '[token]')
  await expect(github.ask(post)).rejects.toMatchObject({
    code: 'GITHUB_REFUSED',
    message: `the thing: GitHub (api.github.com) answered ${status}: ${said}`,
    hint: expect.stringContaining(hint),
  })
  expect(ports.requests).toHaveLength(1)
})

test('single errors are told', async () => {
  const errors = [{ resource: 'Release', code: 'already_exists', field: 'tag_name' }, { message: 'b' }, 'c']
  const { github } = open(says(422, { message: 'Validation Failed', errors }))
  await expect(github.ask(post)).rejects.toThrow(/Validation Failed; Release tag_name already_exists; b; c$/)
})

test('follows the pages, and only as far as they are wanted', async () => {
  const next = { link: `<${api}/repositories/1/releases?page=2>; rel="next"` }
  const { github, ports } = open(says(200, [1, 2], next), says(200, [3]))
  const seen: unknown[] = []
  for await (const { json } of github.pages({ what: 'all', path: '/x' })) seen.push(json)
  expect(seen).toEqual([[1, 2], [3]])
  expect(ports.requests.map(each => each.url)).toEqual([`${api}/x`, `${api}/repositories/1/releases?page=2`])
})
