import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { startRegistry, type RegistryStandIn } from '../../support/registry/registry.ts'

const indexType = 'application/vnd.oci.image.index.v1+json'
let registry: RegistryStandIn

beforeEach(async () => {
  registry = await startRegistry()
})
afterEach(() => registry.close())

const ask = (method: string, path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`http://${registry.host}${path}`, { method, ...init })

const putIndex = (reference: string, content: object): Promise<Response> =>
  ask('PUT', `/v2/o/n/manifests/${reference}`, {
    headers: { 'content-type': indexType },
    body: JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: [], ...content }),
  })

describe('the registry stand-in', () => {
  it.each([
    ['GET', '/v2/', 200, ''],
    ['GET', '/v2/o/n/manifests/latest', 404, 'MANIFEST_UNKNOWN'],
    ['HEAD', `/v2/o/n/blobs/${digestOf('x')}`, 404, ''],
    ['GET', '/v2/o/n/tags/list', 404, 'NAME_UNKNOWN'],
    ['GET', `/v2/o/n/referrers/${digestOf('x')}`, 404, 'MANIFEST_UNKNOWN'],
    ['POST', '/v2/Octo/n/blobs/uploads/', 400, 'NAME_INVALID'],
    ['DELETE', '/v2/o/n/blobs/uploads/1', 405, 'UNSUPPORTED'],
    ['DELETE', '/v2/o/n/manifests/latest', 405, 'UNSUPPORTED'],
    ['PATCH', '/v2/o/n/blobs/uploads/1?_state=a%2Bb%3D', 404, 'BLOB_UPLOAD_UNKNOWN'],
  ])('answers %s %s by %s %s', async (method, path, status, code) => {
    const response = await ask(method, path)
    expect(response.status).toBe(status)
    expect(await response.text()).toContain(code)
  })

  it('takes an index only when its children are there, and only under its digest', async () => {
    const child = { mediaType: indexType, digest: digestOf('child'), size: 5 }
    expect((await putIndex('latest', { manifests: [child] })).status).toBe(404)
    expect((await putIndex(digestOf('other'), {})).status).toBe(400)
    expect((await putIndex('latest', {})).status).toBe(201)
    expect(await (await ask('GET', '/v2/o/n/tags/list')).json()).toEqual({ name: 'o/n', tags: ['latest'] })
  })

  it('shows a manifest to those who accept its type', async () => {
    await putIndex('latest', {})
    const accept = (type: string): Promise<Response> =>
      ask('GET', '/v2/o/n/manifests/latest', { headers: { accept: type } })
    expect((await accept(`text/plain, ${indexType}`)).status).toBe(200)
    expect((await accept('text/plain')).status).toBe(404)
  })

  it('lists referrers where it is told to', async () => {
    await registry.close()
    registry = await startRegistry({ referrers: true })
    const subject = { mediaType: indexType, digest: digestOf('subject'), size: 7 }
    const put = await putIndex('latest', { subject, artifactType: 'text/x' })
    expect(put.headers.get('oci-subject')).toBe(subject.digest)
    const response = await ask('GET', `/v2/o/n/referrers/${subject.digest}`)
    expect(await response.json()).toMatchObject({
      mediaType: indexType,
      manifests: [{ mediaType: indexType, artifactType: 'text/x' }],
    })
  })

  it('is a program that prints its address and leaves nothing behind', async () => {
    const script = fileURLToPath(new URL('../../support/registry/serve.ts', import.meta.url))
    const args = [script, '--auth', 'ghcr', '--user', 'token=octo:octo/demo']
    const temp = await mkdtemp(join(tmpdir(), 'giropops-stand-in-'))
    const env = { ...process.env, TMPDIR: temp }
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = new Promise(resolve => child.once('exit', resolve))
    const [host] = await new Promise<string[]>(resolve =>
      createInterface(child.stdout).once('line', line => resolve([line])),
    )
    const response = await fetch(`http://${host}/v2/octo/demo/manifests/latest`)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe(
      `Bearer realm="http://${host}/token",service="stand-in",scope="repository:octo/demo:pull"`,
    )
    expect((await readdir(temp)).length).toBe(1)
    child.kill()
    expect(await ended).toBe(0)
    expect(await readdir(temp)).toEqual([])
    await rm(temp, { recursive: true })
  })
})
