import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import type { HttpRequest, HttpResponse } from '../../../src/ports.ts'
import { bytesSource } from '../../../src/oci/blob-source.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openRepository } from '../../../src/oci/registry-client.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'

const content = Buffer.from('0123456789')
const blob = { mediaType: 'text/plain', digest: digestOf(content), size: content.length }
const digest = encodeURIComponent(blob.digest)

/** A registry that answers POST with the place, and PUT and PATCH with success; GET and HEAD as `more` tells. */
function play(
  place: Record<string, string>,
  more: (request: HttpRequest) => HttpResponse | undefined = () => undefined,
) {
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    // A body has to be read, as the network would.
    if (request.body instanceof Readable) await buffer(request.body)
    const other = more(request)
    if (other !== undefined) return other
    if (request.method === 'POST') return answer(request, 202, { headers: place })
    if (request.method === 'PATCH') return answer(request, 202, { headers: place })
    return answer(request, 201)
  }
  const ports = fakePorts({ http })
  const repository = openRepository(
    {
      repository: parseRepository('reg.example:8443/octo/demo'),
      credentials: { kind: 'registry-token', token: 't' },
    },
    ports,
  )
  const sent = () => ports.requests.map(({ method, url }) => `${method} ${url}`)
  return { ports, repository, sent }
}

describe('the right to push', () => {
  it.each([204, 404, 405])('is proven by an upload that is begun and left (%d)', async status => {
    const { repository, sent } = play({ location: '/v2/u/1?s=1' }, request =>
      request.method === 'DELETE' ? answer(request, status) : undefined,
    )
    await repository.provePush()
    expect(sent()).toEqual([
      'POST https://reg.example:8443/v2/octo/demo/blobs/uploads/',
      'DELETE https://reg.example:8443/v2/u/1?s=1',
    ])
  })

  it('is not there after a 403', async () => {
    const { repository, sent } = play({}, request => answer(request, 403, { body: '{}' }))
    await expect(repository.provePush()).rejects.toMatchObject({
      code: 'REGISTRY_DENIED',
      message: 'the login may not push to reg.example:8443/octo/demo',
    })
    expect(sent()).toHaveLength(1)
  })
})

it('names the digest of another blob, and no size that nobody told', async () => {
  const other = digestOf(Buffer.from('other'))
  const headers = { 'docker-content-digest': other }
  const { repository } = play({}, request => answer(request, 200, { headers }))
  await expect(repository.hasBlob(blob)).rejects.toMatchObject({
    code: 'REGISTRY_MISMATCH',
    message: expect.stringContaining(`the registry has ${other}, ours is ${blob.digest} with 10`),
  })
})

describe('the place of an upload', () => {
  it.each([
    ['/v2/u/1', 'https://reg.example:8443/v2/u/1?'],
    ['/v2/u/1?_state=a%2Bb%3D&x', 'https://reg.example:8443/v2/u/1?_state=a%2Bb%3D&x&'],
    ['https://reg.example:8443/u', 'https://reg.example:8443/u?'],
    ['http://reg.example:8443/u', 'https://reg.example:8443/u?'],
    ['next', 'https://reg.example:8443/v2/octo/demo/blobs/uploads/next?'],
  ])('%s is the registry’s', async (location, url) => {
    const { ports, repository, sent } = play({ location })
    await repository.putBlob(bytesSource(content, blob))
    expect(sent().at(-1)).toBe(`PUT ${url}digest=${digest}`)
    expect(ports.requests.at(-1)?.headers).toMatchObject({
      authorization: 'Bearer t',
      'content-length': '10',
    })
  })

  it('may be another host, which gets no login', async () => {
    const { ports, repository, sent } = play({ location: 'https://store.example/u?sig=1' })
    await repository.putBlob(bytesSource(content, blob))
    expect(sent().at(-1)).toBe(`PUT https://store.example/u?sig=1&digest=${digest}`)
    expect(ports.requests.at(-1)?.headers).not.toHaveProperty('authorization')
  })

  it.each([
    ['http://store.example/u', 'wants the upload sent unencrypted to store.example'],
    ['http://', 'began an upload without saying where to'],
  ])('may not be %s', async (location, message) => {
    const { repository, sent } = play({ location })
    await expect(repository.putBlob(bytesSource(content, blob))).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining(message),
    })
    expect(sent().length).toBe(1)
  })

  it('has to be told', async () => {
    const { repository } = play({})
    await expect(repository.putBlob(bytesSource(content, blob))).rejects.toThrow('without saying where to')
  })
})

describe('chunks', () => {
  const rangesOf = (requests: readonly HttpRequest[]) =>
    requests.filter(each => each.method === 'PATCH').map(each => each.headers?.['content-range'])

  it('are as large as asked, and closed by an empty request', async () => {
    const { ports, repository, sent } = play({ location: '/u?s=1' })
    await repository.putBlob(bytesSource(content, blob), { chunkSize: 4 })
    expect(rangesOf(ports.requests)).toEqual(['0-3', '4-7', '8-9'])
    expect(sent().at(-1)).toBe(`PUT https://reg.example:8443/u?s=1&digest=${digest}`)
  })

  it('are at least as large as the registry wants them', async () => {
    const { ports, repository } = play({ location: '/u', 'oci-chunk-min-length': '6' })
    await repository.putBlob(bytesSource(content, blob), { chunkSize: 4 })
    expect(rangesOf(ports.requests)).toEqual(['0-5', '6-9'])
  })

  it('go on where the registry says it stands', async () => {
    let first = true
    const { ports, repository } = play({ location: '/u' }, request => {
      if (request.method !== 'PATCH' || !first) return undefined
      first = false
      return answer(request, 202, { headers: { location: '/u', range: '0-1' } })
    })
    await repository.putBlob(bytesSource(content, blob), { chunkSize: 4 })
    expect(rangesOf(ports.requests)).toEqual(['0-3', '2-5', '6-9'])
  })
})

it('mounts from another repository with a scope for both', async () => {
  const challenge = 'Bearer realm="https://auth.example/token"'
  const ports = fakePorts({
    http: async request => {
      if (request.url.startsWith('https://auth.example'))
        return answer(request, 200, { body: '{"token":"t"}' })
      if (request.headers?.['authorization'] === undefined) {
        return answer(request, 401, { headers: { 'www-authenticate': challenge } })
      }
      return answer(request, 201)
    },
  })
  const repository = openRepository(
    { repository: parseRepository('reg.example/octo/demo'), credentials: { kind: 'none' } },
    ports,
  )
  const mountFrom = parseRepository('reg.example/octo/base')
  expect(await repository.putBlob(bytesSource(content, blob), { mountFrom })).toBe('mounted')
  expect(new URL(ports.requests[1]?.url ?? '').searchParams.getAll('scope')).toEqual([
    'repository:octo/demo:pull,push',
    'repository:octo/base:pull',
  ])
  expect(ports.requests.at(-1)?.url).toBe(
    `https://reg.example/v2/octo/demo/blobs/uploads/?mount=${digest}&from=octo%2Fbase`,
  )
})

it('sends a blob again when the store behind the registry does not let us look', async () => {
  const { repository } = play({ location: '/u' }, request =>
    request.method === 'HEAD' ? { ...answer(request, 403), url: 'https://store.example/b?sig=1' } : undefined,
  )
  expect(await repository.hasBlob(blob)).toBe(false)
})

it('asks for reading only where it is told to', async () => {
  const ports = fakePorts({ http: async request => answer(request, 403) })
  const repository = openRepository(
    { repository: parseRepository('ghcr.io/octo/demo'), credentials: { kind: 'none' }, wish: 'pull' },
    ports,
  )
  await expect(repository.getManifest('latest')).rejects.toMatchObject({
    code: 'REGISTRY_DENIED',
    message: 'a run without a login may not pull from ghcr.io/octo/demo',
    hint: expect.stringMatching(/"packages: read".*docker login ghcr\.io/),
  })
})
