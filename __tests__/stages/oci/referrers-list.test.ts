import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { buildArtifact } from '../../../src/oci/artifact.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openReferrers } from '../../../src/oci/referrers.ts'
import type { HttpRequest, HttpResponse } from '../../../src/ports.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'

const subject = { mediaType: mediaTypes.index, digest: digestOf('subject'), size: 7 }
const wanted = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const build = (name: string, artifactType = wanted, annotations: Record<string, string> = { name }) =>
  buildArtifact(subject, { artifactType, blob: Buffer.from(name), blobMediaType: artifactType, annotations })
const [one, two, other] = [build('one'), build('two'), build('other', 'application/spdx+json')]
const bare = build('bare', wanted, {})

type Given = Parameters<typeof answer>[2] & { readonly status?: number }
const api = `/v2/octo/demo/referrers/${subject.digest}`
const filter = `?artifactType=${encodeURIComponent(wanted)}`
const tag = `/v2/octo/demo/manifests/${subject.digest.replace(':', '-')}`
const indexOf = (manifests: readonly unknown[], headers: Record<string, string> = {}): Given => ({
  headers: { 'content-type': mediaTypes.index, ...headers },
  body: JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests }),
})
const applied = { 'oci-filters-applied': 'artifactType' }

/** A registry that has the manifests, and answers to some addresses; 404 to all others. */
function play(answers: Readonly<Record<string, Given>>, built = [one, two, other, bare]) {
  const manifests = Object.fromEntries(
    built.map(({ manifest: { bytes, descriptor } }) => [
      `/v2/octo/demo/manifests/${descriptor.digest}`,
      { body: bytes, headers: { 'content-type': descriptor.mediaType } },
    ]),
  )
  const http = async (request: HttpRequest): Promise<HttpResponse> => {
    const { pathname, search } = new URL(request.url)
    const given: Given = { ...manifests, ...answers }[pathname + search] ?? { status: 404 }
    return answer(request, given.status ?? 200, given)
  }
  const ports = fakePorts({ http })
  const referrers = openReferrers(
    {
      repository: parseRepository('reg.example/octo/demo'),
      credentials: { kind: 'registry-token', token: 't' },
      wish: 'pull',
    },
    ports,
  )
  const asked = () => ports.requests.map(({ url }) => url.replace('https://reg.example', ''))
  return { referrers, ports, asked }
}

const all = { digest: subject.digest }
const ofType = { digest: subject.digest, artifactType: wanted }

describe('the API', () => {
  it('is asked once when its list says all', async () => {
    const { referrers, asked, ports } = play({ [api]: indexOf([one.entry, other.entry]) })
    expect(await referrers.list(all)).toEqual([one.entry, other.entry])
    expect(asked()).toEqual([api])
    expect(ports.requests[0]?.headers).toMatchObject({
      accept: mediaTypes.index,
      authorization: 'Bearer t',
    })
  })

  it('may filter', async () => {
    const { referrers, asked } = play({ [api + filter]: indexOf([one.entry], applied) })
    expect(await referrers.list(ofType)).toEqual([one.entry])
    expect(asked()).toEqual([api + filter])
  })

  it('may leave the filter to us', async () => {
    const { referrers, asked } = play({ [api + filter]: indexOf([other.entry, two.entry]) })
    expect(await referrers.list(ofType)).toEqual([two.entry])
    expect(asked()).toEqual([api + filter])
  })

  it('is asked for all when its filter finds nothing: it may have the types wrong', async () => {
    const wrong = { ...one.entry, artifactType: 'application/vnd.oci.empty.v1+json' }
    const { referrers, asked } = play({
      [api + filter]: indexOf([], applied),
      [api]: indexOf([wrong, other.entry]),
    })
    expect(await referrers.list(ofType)).toEqual([one.entry])
    expect(asked().slice(0, 2)).toEqual([api + filter, api])
  })

  it('has pages, whose addresses may be relative to the one before', async () => {
    const { referrers, asked } = play({
      [api]: indexOf([one.entry], { link: `<${api}?page=2>; rel="next"` }),
      [`${api}?page=2`]: indexOf([two.entry], { link: '<?page=3>; rel="next"' }),
      [`${api}?page=3`]: indexOf([other.entry], { link: `<${api}>; rel="first"` }),
    })
    expect(await referrers.list(all)).toEqual([one.entry, two.entry, other.entry])
    expect(asked()).toEqual([api, `${api}?page=2`, `${api}?page=3`])
  })

  it.each([
    ['has no end', { link: `<${api}>; rel="next"` }, 'it has more than 1000 pages'],
    ['loses a page', { link: '<?page=2>; rel="next"' }, 'the registry answered 404'],
  ])('is a failure when it %s', async (_, headers, message) => {
    const { referrers } = play({ [api]: indexOf([one.entry], headers) })
    await expect(referrers.list(all)).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: expect.stringContaining(message),
    })
  })

  it.each([
    ['text', 'it is not JSON'],
    ['[]', 'it is not an object'],
    ['{"manifests":"x"}', 'manifests is not a list'],
  ])('is a failure when it answers %s', async (body, message) => {
    const { referrers } = play({ [api]: { body, headers: { 'content-type': mediaTypes.index } } })
    await expect(referrers.list(all)).rejects.toMatchObject({
      code: 'REGISTRY_FAILED',
      message: `list what refers to reg.example/octo/demo@${subject.digest.slice(7, 19)}: the answer is broken: ${message}`,
    })
  })

  it('gives no login to another host', async () => {
    const { referrers, ports } = play({
      [api]: indexOf([one.entry], { link: '<https://store.example/page?n=2>; rel="next"' }),
      '/page?n=2': indexOf([two.entry]),
    })
    expect(await referrers.list(all)).toEqual([one.entry, two.entry])
    expect(ports.requests[1]?.url).toBe('https://store.example/page?n=2')
    expect(ports.requests[1]?.headers).not.toHaveProperty('authorization')
  })
})

describe('without the API', () => {
  it('the tag is asked, and the API not again', async () => {
    const { referrers, asked } = play({ [tag]: indexOf([one.entry]) })
    expect(await referrers.list(all)).toEqual([one.entry])
    expect(await referrers.list(all)).toEqual([one.entry])
    expect(asked()).toEqual([api, tag, tag])
  })

  it('nothing is listed when there is no tag', async () => {
    const { referrers } = play({})
    expect(await referrers.list(all)).toEqual([])
  })

  it.each<[string, object]>([
    ['no type', { artifactType: undefined }],
    ['an empty type', { artifactType: '' }],
    ['the type of the empty configuration', { artifactType: 'application/vnd.oci.empty.v1+json' }],
    ['the type of an image', { artifactType: 'application/vnd.oci.image.config.v1+json' }],
    ['no annotations', { annotations: undefined }],
    ['empty annotations', { annotations: {} }],
  ])('an entry with %s is completed from its manifest', async (_, wrong) => {
    const { referrers } = play({ [tag]: indexOf([{ ...one.entry, ...wrong }, other.entry]) })
    expect(await referrers.list(ofType)).toEqual([one.entry])
    expect(await referrers.list(all)).toEqual([one.entry, other.entry])
  })

  it('an artifact may have no annotations', async () => {
    const { referrers } = play({ [tag]: indexOf([bare.entry]) })
    expect(await referrers.list(ofType)).toEqual([{ ...bare.entry, annotations: {} }])
  })

  it('an entry of another type is not looked at', async () => {
    const { annotations: _, ...lean } = other.entry
    const { referrers, asked } = play({ [tag]: indexOf([lean, two.entry]) })
    expect(await referrers.list(ofType)).toEqual([two.entry])
    expect(asked()).toEqual([api + filter, tag])
  })

  it('an entry whose manifest is gone, or of an unknown digest, is left out', async () => {
    const { artifactType: _, ...lean } = one.entry
    const entries = [lean, { ...two.entry, digest: 'sha512:00' }, other.entry]
    const { referrers } = play({ [tag]: indexOf(entries) }, [other])
    expect(await referrers.list(all)).toEqual([other.entry])
  })

  it('what we cannot read is listed as it is, where no type is asked for', async () => {
    const body = '{"schemaVersion":2,"manifests":[]}'
    const index = { mediaType: mediaTypes.index, digest: digestOf(body), size: body.length }
    const at = `/v2/octo/demo/manifests/${index.digest}`
    const { referrers } = play({
      [tag]: indexOf([index]),
      [at]: { body, headers: { 'content-type': mediaTypes.index } },
    })
    expect(await referrers.list(all)).toEqual([index])
    expect(await referrers.list(ofType)).toEqual([])
  })
})
