import type { Http } from '../../../src/ports.ts'

/** A client that reaches stand-ins under the names of real registries: `{'ghcr.io': '127.0.0.1:40123'}`. */
export function namedHosts(http: Http, hosts: Readonly<Record<string, string>>): Http {
  const swap = (text: string, to: 'stand-in' | 'real'): string =>
    Object.entries(hosts).reduce((all, [real, standIn]) => {
      const [from, into] =
        to === 'real' ? [`http://${standIn}`, `https://${real}`] : [`https://${real}`, `http://${standIn}`]
      return all.replaceAll(from, into)
    }, text)
  return {
    async send(request) {
      const response = await http.send({ ...request, url: swap(request.url, 'stand-in') })
      const headers = Object.fromEntries(
        Object.entries(response.headers).map(([name, value]) => [name, swap(value, 'real')]),
      )
      return { ...response, headers, url: swap(response.url, 'real') }
    },
  }
}
