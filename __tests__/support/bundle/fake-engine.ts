import { createServer } from 'node:http'

/** A container engine that answers, and has nothing. */
export interface FakeEngine extends AsyncDisposable {
  /** `GET /_ping` */
  readonly requests: readonly string[]
}

export async function startFakeEngine(socket: string): Promise<FakeEngine> {
  const requests: string[] = []
  const server = createServer(({ method, url }, response) => {
    requests.push(`${method} ${url?.split('?')[0]}`)
    response.setHeader('content-type', 'application/json')
    response.end(url === '/_ping' ? 'OK' : '[]')
  })
  await new Promise<void>(resolve => server.listen(socket, resolve))
  return {
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
