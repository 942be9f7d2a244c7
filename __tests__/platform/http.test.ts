import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer as createNetServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openHttp } from '../../src/platform/http.ts'
import type { HttpRequest } from '../../src/ports.ts'
import { listen, serve, serveAsync, serveProxy } from './local-servers.ts'

const log = { debug: () => {} }
const userAgent = 'giropops-build/test'
let http: ReturnType<typeof openHttp>

beforeEach(() => {
  http = openHttp({ env: {}, userAgent, log, connectTimeout: 300 })
})
afterEach(() => http.close())

const get = (url: string, more: Partial<HttpRequest> = {}): Promise<string> =>
  http.send({ method: 'GET', url, ...more }).then(({ body }) => text(body))

const failing = (message: string): unknown =>
  expect.objectContaining({
    name: 'Transient',
    failure: expect.objectContaining({ code: 'NETWORK_FAILED', message: expect.stringContaining(message) }),
  })

describe('an exchange', () => {
  it('sends what it is told, and who we are', async () => {
    let seen: unknown
    await using server = await serveAsync(async (request, response) => {
      const { 'user-agent': agent, 'accept-encoding': encoding, 'x-a': a } = request.headers
      seen = { method: request.method, url: request.url, agent, encoding, a, body: await text(request) }
      response
        .writeHead(
          201,
          [
            ['X-Two', '1'],
            ['x-two', '2'],
            ['Location', '/next'],
          ].flat(),
        )
        .end('made')
    })
    const url = `${server.url}/v2/?a=b`
    const response = await http.send({ method: 'POST', url, headers: { 'x-a': '1' }, body: 'text' })
    expect(seen).toEqual({
      method: 'POST',
      url: '/v2/?a=b',
      agent: userAgent,
      encoding: 'identity',
      a: '1',
      body: 'text',
    })
    expect(response).toMatchObject({ status: 201, url, headers: { 'x-two': '1, 2', location: '/next' } })
    expect(await text(response.body)).toBe('made')
  })

  it('streams a body, and keeps the connection', async () => {
    await using server = await serveAsync(async (request, response) => {
      response.end(`${request.headers['content-length']} ${(await text(request)).length}`)
    })
    const send = async (): Promise<string> => {
      const body = Readable.from([Buffer.alloc(70_000), Buffer.alloc(30_000)])
      const headers = { 'content-length': '100000' }
      const response = await http.send({ method: 'PUT', url: server.url, headers, body })
      return text(response.body)
    }
    for (let count = 0; count < 6; count += 1) expect(await send()).toBe('100000 100000')
    expect(server.connections()).toBeLessThan(4)
  })

  it('never decodes', async () => {
    const packed = gzipSync('text')
    await using server = await serve((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed),
    )
    const { body } = await http.send({ method: 'GET', url: server.url })
    expect(Buffer.concat(await body.toArray())).toEqual(packed)
  })

  it('answers any status', async () => {
    await using server = await serve((_, response) =>
      response.writeHead(503, { 'retry-after': '3' }).end('busy'),
    )
    const response = await http.send({ method: 'HEAD', url: server.url })
    expect(response).toMatchObject({ status: 503, headers: { 'retry-after': '3' } })
    expect(await text(response.body)).toBe('')
  })

  it('speaks through a Unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'socket-'))
    const socket = join(folder, 's')
    {
      await using _server = await serve(
        (request, response) => response.end(`${request.headers.host}`),
        socket,
      )
      expect(await get('http://docker/_ping', { socket })).toBe('docker')
    }
    await expect(get('http://docker/', { socket: join(folder, 'none') })).rejects.toEqual(
      failing(`cannot reach the socket ${join(folder, 'none')}: there is no such socket`),
    )
    await rm(folder, { recursive: true })
  })
})

describe('redirects', () => {
  it('are followed for GET and HEAD, without credentials on another host', async () => {
    const seen: unknown[] = []
    await using second = await serve((request, response) => {
      seen.push(request.headers.authorization, request.headers['x-a'])
      response.end('there')
    })
    await using first = await serve((request, response) => {
      seen.push(request.headers.authorization)
      const to = request.url === '/1' ? '/2' : `${second.url}/3`
      response.writeHead(307, { location: to }).end('moved')
    })
    const headers = { Authorization: 'Bearer t', 'x-a': 'kept' }
    const response = await http.send({ method: 'GET', url: `${first.url}/1`, headers })
    expect(response.url).toBe(`${second.url}/3`)
    expect(await text(response.body)).toBe('there')
    expect(seen).toEqual(['Bearer t', 'Bearer t', undefined, 'kept'])
    const head = await http.send({ method: 'HEAD', url: `${first.url}/1` })
    expect(head).toMatchObject({ status: 200, url: `${second.url}/3` })
  })

  it('are not followed for PUT', async () => {
    await using server = await serve((_, response) => response.writeHead(307, { location: '/2' }).end())
    expect(await http.send({ method: 'PUT', url: server.url, body: 'x' })).toMatchObject({ status: 307 })
  })

  it('end after five', async () => {
    let count = 0
    await using server = await serve((_, response) => {
      count += 1
      response.writeHead(302, { location: `/${count}` }).end()
    })
    await expect(get(server.url)).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringContaining('redirects more than 5 times'),
    })
    expect(count).toBe(6)
  })

  it('that lead nowhere fail', async () => {
    await using server = await serve((_, response) =>
      response.writeHead(302, { location: 'file:///etc' }).end('x'),
    )
    await expect(get(server.url)).rejects.toMatchObject({ code: 'NETWORK_FAILED' })
  })
})

describe('failures', () => {
  it('name a refused connection', async () => {
    const server = await serve(() => {})
    await server[Symbol.asyncDispose]()
    await expect(get(server.url)).rejects.toEqual(
      failing(`cannot reach 127.0.0.1:${server.port}: connection refused`),
    )
  })

  it('name a name that is not found', async () => {
    await expect(get('http://no-such-host.invalid/')).rejects.toEqual(
      failing('cannot reach no-such-host.invalid: name not found'),
    )
  })

  it('name a reset', async () => {
    await using server = await serve(request => request.socket.resetAndDestroy())
    await expect(get(server.url)).rejects.toEqual(failing('connection reset'))
  })

  it('name a connection that is never made', async () => {
    await using silent = await listen(createNetServer(() => {}))
    await expect(get(`https://127.0.0.1:${silent.port}/`)).rejects.toEqual(
      failing('timed out while connecting'),
    )
  })

  it('name an answer that does not come', async () => {
    await using server = await serve(() => {})
    await expect(get(server.url, { idleTimeout: 100 })).rejects.toEqual(failing('timed out: no answer came'))
  })

  it('name an answer that stops coming', async () => {
    await using server = await serve((_, response) =>
      response.writeHead(200, { 'content-length': '9' }).write('part'),
    )
    await expect(get(server.url, { idleTimeout: 100 })).rejects.toEqual(
      failing('timed out: the answer stopped coming'),
    )
  })

  it('name a truncation, by length and by chunk', async () => {
    await using server = await serve((request, response) => {
      response.writeHead(200, request.url === '/length' ? { 'content-length': '9' } : {})
      response.write('part', () => request.socket.end())
    })
    await expect(get(`${server.url}/length`)).rejects.toEqual(failing('closed before the answer was whole'))
    await expect(get(`${server.url}/chunks`)).rejects.toEqual(failing('closed before the answer was whole'))
  })

  it('name something that is not HTTP', async () => {
    await using server = await listen(createNetServer(socket => socket.end('SSH-2.0-OpenSSH\r\n')))
    await expect(get(server.url)).rejects.toEqual(failing('its answer is not HTTP'))
  })

  it('leave the failure of our own body alone', async () => {
    await using server = await serve(
      (request, response) =>
        void text(request).then(
          () => response.end(),
          () => {},
        ),
    )
    const body = createReadStream('/no/such/file')
    await expect(http.send({ method: 'PUT', url: server.url, body })).rejects.toMatchObject({
      code: 'ENOENT',
    })
  })

  it('come after all the bytes that came before them, and are no crash until somebody reads', async () => {
    await using server = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '9' })
      response.write('part', () => request.socket.resetAndDestroy())
    })
    const { body } = await http.send({ method: 'GET', url: server.url })
    await new Promise(resolve => setTimeout(resolve, 50))
    const got: string[] = []
    const reading = (async () => {
      for await (const chunk of body) got.push(String(chunk))
    })()
    await expect(reading).rejects.toEqual(failing('connection reset'))
    expect(got).toEqual(['part'])
  })

  it('end the wait of a request that names none, as told', async () => {
    await using server = await serve(() => {})
    const hasty = openHttp({ env: {}, userAgent, log, idleTimeout: 100 })
    const answered = hasty.send({ method: 'GET', url: server.url })
    await expect(answered).rejects.toEqual(failing('timed out: no answer came'))
    await hasty.close()
  })

  it('name an answer that drips', async () => {
    await using server = await serve((_, response) => {
      const drip = setInterval(() => response.write('.'), 20)
      response.once('close', () => clearInterval(drip))
    })
    await expect(get(server.url, { idleTimeout: 400 })).rejects.toEqual(
      failing('timed out: the answer came too slowly'),
    )
  })

  it('do not come from a reader that takes its time', async () => {
    await using server = await serve((_, response) => response.end(Buffer.alloc(2_000_000)))
    const { body } = await http.send({ method: 'GET', url: server.url, idleTimeout: 100 })
    await new Promise(resolve => setTimeout(resolve, 400))
    expect((await text(body)).length).toBe(2_000_000)
  })

  it('do not come from an answer that is not wanted any more', async () => {
    const closed = Promise.withResolvers<void>()
    await using server = await serve((request, response) => {
      request.socket.once('close', () => closed.resolve())
      response.write('endless')
    })
    const { body } = await http.send({ method: 'GET', url: server.url })
    body.destroy()
    await closed.promise
    expect(body.errored).toBeNull()
  })

  it('does not take in more than is read', async () => {
    let sent = 0
    await using server = await serve((_, response) => {
      const more = (): void => {
        while (sent < 200_000_000 && response.write(Buffer.alloc(1_000_000))) sent += 1_000_000
      }
      response.on('drain', more)
      more()
    })
    const { body } = await http.send({ method: 'GET', url: server.url })
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(sent).toBeLessThan(100_000_000)
    body.destroy()
  })

  it('after the end are a cancel', async () => {
    await using server = await serve(() => {})
    const pending = get(server.url)
    while (server.connections() === 0) await new Promise(resolve => setTimeout(resolve, 5))
    await http.close()
    await expect(pending).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(get(server.url)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('through a proxy', () => {
  const through = async (env: Record<string, string>, url: string): Promise<string> => {
    const proxied = openHttp({ env, userAgent, log, connectTimeout: 1000 })
    try {
      return await text((await proxied.send({ method: 'GET', url })).body)
    } finally {
      await proxied.close()
    }
  }

  it('http goes by its absolute address, with the login of the variable', async () => {
    await using server = await serve((request, response) => response.end(`got ${request.url}`))
    await using proxy = await serveProxy()
    const target = `http://release.test:${server.port}/a`
    expect(await through({ http_proxy: `http://me:pw@127.0.0.1:${proxy.port}` }, target)).toBe('got /a')
    expect(proxy.requests).toEqual([target])
    expect(proxy.logins).toEqual([`Basic ${Buffer.from('me:pw').toString('base64')}`])
  })

  it('no_proxy goes past it', async () => {
    await using server = await serve((_, response) => response.end('direct'))
    await using proxy = await serveProxy()
    const env = { http_proxy: proxy.url, no_proxy: '127.0.0.1' }
    expect(await through(env, server.url)).toBe('direct')
    expect(proxy.connections()).toBe(0)
  })

  it.each([
    [407, 'the proxy asks for a login (407)'],
    [502, 'the proxy answered 502'],
  ])('a tunnel refused with %s is told', async (status, message) => {
    await using proxy = await serveProxy(status)
    await expect(through({ https_proxy: proxy.url }, 'https://release.test/')).rejects.toEqual(
      failing(`cannot reach release.test through the proxy 127.0.0.1:${proxy.port}: ${message}`),
    )
    expect(proxy.tunnels).toEqual(['release.test:443'])
  })

  it('a login that plain http lacks is told', async () => {
    await using proxy = await serveProxy(407)
    await expect(through({ http_proxy: proxy.url }, 'http://release.test/')).rejects.toEqual(
      failing('the proxy asks for a login (407)'),
    )
  })

  it('a proxy that is not there is told', async () => {
    const proxy = await serveProxy()
    await proxy[Symbol.asyncDispose]()
    await expect(through({ https_proxy: proxy.url }, 'https://release.test/')).rejects.toEqual(
      failing(`through the proxy 127.0.0.1:${proxy.port}: connection refused`),
    )
  })
})
