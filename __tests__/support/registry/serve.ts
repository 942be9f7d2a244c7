import { parseArgs } from 'node:util'
import type { Account } from './accounts.ts'
import { startRegistry } from './registry.ts'

/**
 * The stand-in as a program: prints its address (`127.0.0.1:40123`) as one line and runs until it is told to end.
 *   node serve.ts [--port 0] [--auth none|basic|ghcr] [--referrers] [--max-body BYTES] [--user TOKEN=LOGIN[:OWNER/REPO]]...
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    auth: { type: 'string', default: 'none' },
    referrers: { type: 'boolean', default: false },
    'max-body': { type: 'string' },
    user: { type: 'string', multiple: true, default: [] },
  },
})

const { auth } = values
if (auth !== 'none' && auth !== 'basic' && auth !== 'ghcr')
  throw new Error(`--auth ${auth}: none, basic or ghcr`)
const maxBody = values['max-body']

const registry = await startRegistry({
  port: Number(values.port),
  auth,
  referrers: values.referrers,
  users: Object.fromEntries(values.user.map(parseUser)),
  ...(maxBody === undefined ? {} : { maxBody: Number(maxBody) }),
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void registry.close())
console.log(registry.host)

function parseUser(text: string): readonly [string, Account] {
  const [, token = '', login = '', repository] = /^([^=]+)=([^:]+)(?::(.+))?$/.exec(text) ?? []
  if (token === '') throw new Error(`--user ${text}: TOKEN=LOGIN or TOKEN=LOGIN:OWNER/REPO`)
  const scopes = ['read:packages', 'write:packages'] as const
  return [token, { login, scopes, ...(repository === undefined ? {} : { repository }) }]
}
