import { Agent, Pool, ProxyAgent, type Dispatcher } from 'undici'
import { proxyFor } from './proxy.ts'

/** A way to a server: the connections, and how messages name it. */
export interface Route {
  readonly dispatcher: Dispatcher
  /** `ghcr.io`, `ghcr.io through the proxy proxy.example:3128`, `the socket /run/docker.sock`. */
  readonly name: string
}

export interface Dispatchers {
  routeTo(url: URL, socket?: string): Route
  /** Ends every connection, idle or not. */
  close(): Promise<void>
}

/** Kept-alive connections: direct ones, and those of each proxy and each Unix socket. `connectTimeout` in milliseconds. */
export function openDispatchers(
  env: Readonly<Record<string, string | undefined>>,
  connectTimeout: number,
): Dispatchers {
  const open = new Map<string, Dispatcher>()
  const keep = (key: string, make: () => Dispatcher): Dispatcher => {
    const dispatcher = open.get(key) ?? make()
    open.set(key, dispatcher)
    return dispatcher
  }
  const timeout = connectTimeout
  return {
    routeTo(url, socket) {
      if (socket !== undefined) {
        const dispatcher = keep(socket, () => new Agent({ connect: { timeout, socketPath: socket } }))
        return { dispatcher, name: `the socket ${socket}` }
      }
      const proxy = proxyFor(url, env)
      if (proxy === undefined) {
        return { dispatcher: keep('', () => new Agent({ connect: { timeout } })), name: url.host }
      }
      const { uri, token } = proxy
      const dispatcher = keep(
        uri,
        () =>
          new ProxyAgent({
            uri,
            ...(token !== undefined && { token }),
            proxyTunnel: false,
            proxyTls: { timeout },
            requestTls: { timeout },
            clientFactory: (origin, options) => new Pool(origin, { ...options, headersTimeout: timeout }),
          }),
      )
      return { dispatcher, name: `${url.host} through the proxy ${proxy.name}` }
    },
    async close() {
      const dispatchers = [...open.values()]
      open.clear()
      await Promise.all(dispatchers.map(dispatcher => dispatcher.destroy()))
    },
  }
}
