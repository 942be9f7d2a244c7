import { expect, test } from 'vitest'
import { uploadAttestations } from '../../../src/sigstore/github-attestations.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'
import { networkPorts } from '../../support/network-ports.ts'
import { startGithub, type GithubStandIn, type Trouble } from './github-stand-in.ts'
import { digest, image, verify } from './payloads.ts'
import { openRoom } from './signing-room.ts'

const repository = 'octo/senhas'
const token = 'ghs_attestationTokenOfTheTest01234567'
const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const bundleOf = (name: string) => ({
  name,
  json: JSON.stringify({ mediaType, verificationMaterial: {}, dsseEnvelope: { payload: name } }),
})

interface Plan {
  readonly names?: readonly string[]
  readonly deadline?: number
  readonly token?: string
  readonly prepare?: (github: GithubStandIn) => void
}

async function upload(plan: Plan = {}) {
  const { names = ['one'], deadline = 600_000, token: shown = token, prepare } = plan
  await using github = await startGithub({ repository, token })
  await using ports = networkPorts({ deadline })
  prepare?.(github)
  const request = { repository, api: github.url, token: shown, bundles: names.map(bundleOf) }
  const answer: unknown = await uploadAttestations(request, ports).catch((error: unknown) => error)
  return { answer, github, ports, told: [String(answer), ...ports.lines].join('\n') }
}

test('stores every bundle and answers where it is, in their order', async () => {
  const names = ['one', 'two', 'three']
  const { answer, github, ports } = await upload({ names })
  expect(github.problems).toEqual([])
  const ids = (answer as { id: number }[]).map(({ id }) => id)
  expect(ids).toHaveLength(3)
  expect(new Set(ids)).toEqual(new Set([101, 102, 103]))
  expect(ids.map(id => github.stored[id - 101])).toEqual(names.map(name => JSON.parse(bundleOf(name).json)))
  expect(answer).toEqual(
    ids.map(id => ({ id, url: `http://127.0.0.1:${github.port}/octo/senhas/attestations/${id}` })),
  )
  expect(ports.masked).toEqual([token])
})

test.for([
  ['https://api.github.com', 'https://api.github.com', 'https://github.com'],
  ['https://api.github.com/', 'https://api.github.com', 'https://github.com'],
  ['https://api.acme.ghe.com', 'https://api.acme.ghe.com', 'https://acme.ghe.com'],
  ['https://git.acme.example/api/v3', 'https://git.acme.example/api/v3', 'https://git.acme.example'],
] as const)('asks %s, and names the page where people look', async ([api, asked, site]) => {
  const ports = fakePorts({ http: async request => answer(request, 201, { body: '{"id":7}' }) })
  const bundles = [bundleOf('one')]
  expect(await uploadAttestations({ repository, api, token, bundles }, ports)).toEqual([
    { id: 7, url: `${site}/octo/senhas/attestations/7` },
  ])
  expect(ports.requests[0]?.url).toBe(`${asked}/repos/octo/senhas/attestations`)
})

test('sends four at once', async () => {
  const names = Array.from({ length: 9 }, (_, at) => `bundle ${at}`)
  const { github } = await upload({ names, prepare: each => each.holdUntil(4) })
  expect(github.stored).toHaveLength(9)
  expect(github.mostAtOnce()).toBe(4)
})

test('a bundle comes back as it was signed', async () => {
  await using room = await openRoom()
  await using github = await startGithub({ repository, token })
  const [signed] = await room.sign(image())
  const bundles = [{ name: 'provenance', json: signed?.json ?? '' }]
  await uploadAttestations({ repository, api: `${github.url}/`, token, bundles }, room.world)
  expect(github.problems).toEqual([])
  const stored = signed && { ...signed, json: JSON.stringify(github.stored[0]) }
  expect(verify(stored, room.trust, { digest })).toMatchObject({ identity: room.sigstore.identity() })
})

const soon = String(Date.UTC(2026, 0, 2) / 1000 + 120)
const secondary = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' }
const passing: readonly { readonly trouble: Trouble; readonly wait?: number; readonly what: string }[] = [
  { what: 'a reset', trouble: { kind: 'reset' } },
  { what: 'a 500', trouble: { kind: 'answer', status: 500, body: { message: 'Server Error' } } },
  { what: 'a 502', trouble: { kind: 'answer', status: 502, body: '<html>Unicorn!</html>' } },
  { what: 'a 503', trouble: { kind: 'answer', status: 503 } },
  { what: 'garbage', trouble: { kind: 'answer', status: 200, body: '<html>log in</html>' } },
  { what: 'an answer without an id', trouble: { kind: 'answer', status: 201, body: {} } },
  {
    what: 'a 429 with Retry-After',
    trouble: { kind: 'answer', status: 429, headers: { 'retry-after': '7' } },
    wait: 7_000,
  },
  {
    what: 'a secondary limit with Retry-After',
    trouble: { kind: 'answer', status: 403, headers: { 'retry-after': '30' }, body: secondary },
    wait: 30_000,
  },
  {
    what: 'a secondary limit without any time',
    trouble: { kind: 'answer', status: 403, body: secondary },
    wait: 60_000,
  },
  {
    what: 'a limit used up until its reset',
    trouble: {
      kind: 'answer',
      status: 403,
      headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': soon },
      body: { message: 'API rate limit exceeded for installation.' },
    },
    wait: 120_000,
  },
]

test.for(passing)('$what is waited out', async ({ trouble, wait }) => {
  const { answer, github, ports, told } = await upload({ prepare: each => each.trouble(trouble) })
  expect(answer).toMatchObject([{ id: 101 }])
  expect(github.problems).toEqual([])
  expect(github.requests()).toBe(2)
  expect(github.stored).toHaveLength(1)
  expect(ports.waits).toEqual([wait ?? 250])
  expect(told).toContain('attestation one: GitHub (127.0.0.1')
})

test('an answer that was lost is asked for again', async () => {
  const { answer, github } = await upload({ prepare: each => each.trouble({ kind: 'reset', acted: true }) })
  expect(answer).toMatchObject([{ id: 102 }])
  expect(github.stored).toEqual([github.stored[1], github.stored[1]])
})

const outage = 'Run it again once the service is back'
const lasting: readonly { readonly trouble: Trouble; readonly says: RegExp; readonly hint: string }[] = [
  { trouble: { kind: 'reset' }, says: /connection/, hint: outage },
  { trouble: { kind: 'answer', status: 503 }, says: /answered 503$/, hint: outage },
  {
    trouble: { kind: 'answer', status: 429, headers: { 'retry-after': '0' } },
    says: /answered 429: too many requests$/,
    hint: 'Run it again later',
  },
  {
    trouble: { kind: 'answer', status: 403, headers: { 'retry-after': '3600' }, body: secondary },
    says: /answered 403: You have exceeded a secondary/,
    hint: 'Run it again later',
  },
  {
    trouble: { kind: 'answer', status: 200, body: '<html>log in</html>' },
    says: /something that is not the id/,
    hint: 'and not of a proxy',
  },
]

test.for(lasting)('$trouble for ever is a failure that says so', async ({ trouble, says, hint }) => {
  const { answer, github, told } = await upload({
    deadline: 5_000,
    prepare: each => each.trouble(trouble, 100),
  })
  expect(answer).toMatchObject({
    code: 'SIGNING_FAILED',
    message: expect.stringMatching(/^GitHub \(127\.0\.0\.1:\d+\)/),
    hint: expect.stringContaining(hint),
  })
  expect(answer).toHaveProperty('message', expect.stringMatching(says))
  expect(github.stored).toEqual([])
  expect(told).not.toContain('ghs_')
})

const permission = 'Add `attestations: write` to the permissions of the job'
test.for([
  [403, { message: 'Resource not accessible by integration' }, permission],
  [404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' }, permission],
  [400, { message: 'Feature not available for user-owned private repositories.' }, 'Enterprise Cloud'],
  [401, { message: 'Bad credentials' }, 'The token is not valid'],
  [
    422,
    {
      message: 'Validation Failed',
      documentation_url: '',
      errors: [{ code: 'custom', message: 'values do not match' }],
    },
    'attest-to',
  ],
  [307, { message: 'Moved' }, 'attest-to'],
] as const)('%d is not repeated, and the cure is named', async ([status, body, hint]) => {
  const { answer, github } = await upload({
    prepare: each => each.trouble({ kind: 'answer', status, body }, 100),
  })
  expect(answer).toMatchObject({
    code: 'SIGNING_FAILED',
    message: expect.stringContaining(`answered ${status}: ${body.message}`),
    hint: expect.stringContaining(hint),
  })
  expect(github.requests()).toBe(1)
  expect(github.problems).toEqual([])
})

test('the single errors of a 422 are shown', async () => {
  const body = {
    message: 'Validation Failed',
    documentation_url: 'https://docs.github.com/rest',
    errors: [{ code: 'custom', message: 'values do not match' }],
  }
  const { answer } = await upload({ prepare: each => each.trouble({ kind: 'answer', status: 422, body }) })
  expect(answer).toHaveProperty('message', expect.stringMatching(/: Validation Failed; values do not match$/))
})

test('the token is never shown, even where GitHub says it', async () => {
  const body = { message: `no such token: ${token}` }
  const { told, ports } = await upload({
    prepare: each => each.trouble({ kind: 'answer', status: 400, body }),
  })
  expect(told).toContain('no such token: [token]')
  expect(told).not.toContain(token)
  expect(ports.masked).toEqual([token])
})

test('a wrong token fails, one that is empty too', async () => {
  for (const wrong of ['ghs_other', '']) {
    const { answer } = await upload({ token: wrong })
    expect(answer).toHaveProperty('message', expect.stringMatching(/answered 401: Bad credentials$/))
  }
})

const tooLarge = [
  { status: 413, body: '' },
  { status: 413, body: { message: 'Payload Too Large' } },
  { status: 422, body: { message: 'bundle is too large', documentation_url: '' } },
  {
    status: 422,
    body: {
      message: 'Validation Failed',
      documentation_url: '',
      errors: [{ code: 'custom', message: 'Bundle exceeds the maximum size' }],
    },
  },
]

test.for(tooLarge)('$status $body is no failure: too large', async ({ status, body }) => {
  const { answer, github, ports } = await upload({
    names: ['one', 'two'],
    prepare: each => each.trouble({ kind: 'answer', status, body }),
  })
  expect(new Set(answer as unknown[])).toEqual(new Set(['tooLarge', { id: 101, url: expect.any(String) }]))
  expect(github.problems).toEqual([])
  expect(ports.lines).toEqual([expect.stringMatching(/^(one|two) is too large for GitHub: \d+ B$/)])
})

test('a bundle over 16 MiB is not even sent', async () => {
  const limit = 16 * 1024 * 1024
  const around = bundleOf('').json.length
  const { answer, github, ports } = await upload({
    names: ['small', 'x'.repeat(limit - around), 'x'.repeat(limit - around + 1)],
  })
  expect(answer).toEqual([expect.any(Object), expect.any(Object), 'tooLarge'])
  expect(github.requests()).toBe(2)
  expect(ports.lines).toEqual([expect.stringMatching(/ is too large for GitHub: 16\.8 MB$/)])
})

test('nothing new is begun after a failure', async () => {
  const { answer, github } = await upload({
    names: Array.from({ length: 12 }, (_, at) => `bundle ${at}`),
    prepare: each => {
      each.holdUntil(4)
      each.trouble({ kind: 'answer', status: 401 }, 100)
    },
  })
  expect(answer).toMatchObject({ code: 'SIGNING_FAILED' })
  expect(github.requests()).toBe(4)
})
