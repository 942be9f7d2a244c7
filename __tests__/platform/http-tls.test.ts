import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openHttp } from '../../src/platform/http.ts'
import { listen, serve, serveProxy, type Local } from './local-servers.ts'

const name = 'release.test'
const canMake = spawnSync('openssl', ['version']).status === 0

describe.skipIf(!canMake)('https (needs the openssl program, to make a certificate)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'))
  const before = getCACertificates('default')
  let tls: { key: string; cert: string }

  beforeAll(() => {
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`]
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    execFileSync('openssl', [...kind, ...subject, '-days', '2', '-keyout', key, '-out', cert], {
      stdio: 'ignore',
    })
    tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') }
  })
  afterAll(() => {
    setDefaultCACertificates(before)
    rmSync(folder, { recursive: true })
  })

  const serveTls = (location?: string): Promise<Local> =>
    listen(
      createServer(tls, (request, response) => {
        if (location !== undefined) response.writeHead(302, { location })
        response.end(`secret ${request.headers.host}`)
      }),
    )
  const through = async (proxy: Local, url: string): Promise<string> => {
    const http = openHttp({
      env: { https_proxy: `http://me:pw@127.0.0.1:${proxy.port}` },
      userAgent: 'test',
      log: { debug: () => {} },
    })
    try {
      return await text((await http.send({ method: 'GET', url })).body)
    } finally {
      await http.close()
    }
  }

  it('is not trusted without its authority, and that is not waited out', async () => {
    setDefaultCACertificates(before)
    await using server = await serveTls()
    await using proxy = await serveProxy()
    await expect(through(proxy, `https://${name}:${server.port}/`)).rejects.toMatchObject({
      name: 'Failure',
      code: 'NETWORK_FAILED',
      message: expect.stringMatching(/its certificate is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/),
    })
  })

  it('goes through a tunnel of the proxy, which sees only the name', async () => {
    setDefaultCACertificates([...before, tls.cert])
    await using server = await serveTls()
    await using proxy = await serveProxy()
    const host = `${name}:${server.port}`
    expect(await through(proxy, `https://${host}/a`)).toBe(`secret ${host}`)
    expect(proxy).toMatchObject({
      tunnels: [host],
      requests: [],
      logins: [`Basic ${Buffer.from('me:pw').toString('base64')}`],
    })
  })

  it('is not left for plain http by a redirect', async () => {
    setDefaultCACertificates([...before, tls.cert])
    let asked = false
    await using plain = await serve((_, response) => {
      asked = true
      response.end()
    })
    await using server = await serveTls(`${plain.url}/`)
    await using proxy = await serveProxy()
    await expect(through(proxy, `https://${name}:${server.port}/`)).rejects.toMatchObject({
      name: 'Failure',
      code: 'NETWORK_FAILED',
      message: expect.stringContaining('redirects from https to plain http'),
    })
    expect(asked).toBe(false)
  })
})
