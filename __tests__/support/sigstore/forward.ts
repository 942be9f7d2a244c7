import { Refusal, type Handler } from './service.ts'

const own = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'keep-alive', 'expect'])
const decoded = new Set([
  'connection',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'keep-alive',
])

/** A handler that has a real server answer; 502 when there is none. */
export function forward(target: string): Handler {
  return async ({ method, path, query, headers, body }) => {
    const passed = Object.entries(headers).filter(([name]) => !own.has(name))
    const search = query.size > 0 ? `?${query.toString()}` : ''
    const answer = await fetch(`${target}${path}${search}`, {
      method,
      headers: passed.map(([name, value]) => [name, String(value)]),
      redirect: 'manual',
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    }).catch((failed: unknown) => {
      throw new Refusal(502, `${target} does not answer: ${String(failed)}`)
    })
    return {
      status: answer.status,
      headers: Object.fromEntries([...answer.headers].filter(([name]) => !decoded.has(name))),
      body: Buffer.from(await answer.arrayBuffer()),
    }
  }
}
