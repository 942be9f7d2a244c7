import type { IncomingMessage } from 'node:http'
import { notFound, refused, type Area, type Reply, type Site } from './area.ts'
import { operations, type Operation } from './description.ts'
import { parsed } from './exchange.ts'
import { forbidden, type Permissions } from './permissions.ts'

export interface Grounds {
  readonly site: Site
  readonly token: string
  readonly permissions: () => Permissions
  readonly handlers: Area
  readonly problem: (text: string) => void
}

export interface Found {
  readonly operation: Operation
  readonly params: Readonly<Record<string, string>>
}

/** The operation of a request; undefined when GitHub has none such on that host. */
export function operationOf(method: string, path: string, host: 'api' | 'uploads'): Found | undefined {
  for (const operation of operations) {
    if (!operation.key.startsWith(`${method} `) || operation.isUpload !== (host === 'uploads')) continue
    const groups = operation.match(path)
    if (groups === undefined) continue
    const params = Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)])
    return { operation, params: Object.fromEntries(params) as Record<string, string> }
  }
  return undefined
}

interface Came {
  readonly request: IncomingMessage
  readonly bytes: Buffer
  readonly query: URLSearchParams
  readonly isCut: boolean
}

/** Does what is asked, after GitHub's checks in GitHub's order: the token, the repository, the permission, the form. */
export async function perform({ operation, params }: Found, came: Came, grounds: Grounds): Promise<Reply> {
  const { site, handlers, problem } = grounds
  const { bytes, query, isCut } = came
  const { headers } = came.request
  if (headers.authorization !== undefined && headers.authorization !== `Bearer ${grounds.token}`)
    return refused(401, 'Bad credentials')
  if (params['owner'] !== undefined && !(params['owner'] === site.owner && params['repo'] === site.repo))
    return notFound
  const denied = forbidden(operation.key, grounds.permissions())
  if (denied !== undefined) return denied
  const body = bytes.length === 0 ? undefined : operation.isUpload ? bytes : parsed(bytes)
  const wrong = [...operation.queryProblems(query), ...operation.bodyProblems(headers['content-type'], body)]
  for (const each of wrong) problem(`${operation.key}: ${each}`)
  if (wrong.length > 0) return refused(422, `Invalid request.\n\n${wrong.join('\n')}`)
  const handler = handlers[operation.key]
  if (handler === undefined) {
    problem(`${operation.key}: no area answers it`)
    return refused(501, `the stand-in has no ${operation.key}`)
  }
  const plain = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')])
  const tree = typeof body === 'object' && body !== null && !Buffer.isBuffer(body) ? { ...body } : {}
  const call = {
    params,
    query,
    headers: Object.fromEntries(plain) as Record<string, string>,
    body: tree,
    bytes,
    isCut,
  }
  const reply = await handler(call, site)
  if (!(reply.body instanceof Uint8Array))
    for (const each of operation.answerProblems(reply.status, reply.body))
      problem(`${operation.key}: ${each}`)
  return reply
}
