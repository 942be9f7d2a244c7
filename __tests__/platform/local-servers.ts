import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { connect, type AddressInfo, type Server as NetServer, type Socket } from 'node:net'

/** A server of a test, ended with all its connections. */
export interface Local extends AsyncDisposable {
  readonly port: number
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  /** Connections that were made to it. */
  readonly connections: () => number
}

export async function listen(server: NetServer, socket?: string): Promise<Local> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (each: Socket) => {
    connections += 1
    sockets.add(each)
    each.on('error', () => {})
  })
  server.listen(socket === undefined ? { port: 0, host: '127.0.0.1' } : { path: socket })
  await once(server, 'listening')
  const port = socket === undefined ? (server.address() as AddressInfo).port : 0
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const each of sockets) each.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export const serve = (listener: RequestListener, socket?: string): Promise<Local> =>
  listen(createServer(listener), socket)

export const serveAsync = (
  listener: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<Local> => serve((request, response) => void listener(request, response))

export interface ProxySeen {
  readonly tunnels: string[]
  readonly requests: string[]
  readonly logins: (string | undefined)[]
}

/** An HTTP proxy for which every name is this machine. `refuse` is the status it answers instead of serving. */
export async function serveProxy(refuse?: number): Promise<Local & ProxySeen> {
  const [tunnels, requests, logins]: [string[], string[], (string | undefined)[]] = [[], [], []]
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '')
    logins.push(request.headers['proxy-authorization'])
    if (refuse === undefined) void passOn(new URL(request.url ?? ''), response)
    else response.writeHead(refuse).end()
  })
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnels.push(request.url ?? '')
    logins.push(request.headers['proxy-authorization'])
    if (refuse === undefined) tunnel(Number(request.url?.split(':').at(-1)), socket)
    else socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`)
  })
  return { ...(await listen(server)), tunnels, requests, logins }
}

async function passOn({ port, pathname }: URL, response: ServerResponse): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}${pathname}`)
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()))
}

function tunnel(port: number, socket: Socket): void {
  const target = connect(port, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    target.pipe(socket).pipe(target)
  })
  target.on('error', () => socket.destroy())
  socket.on('error', () => target.destroy())
}
