import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Reply } from './area.ts'
import type { FaultAction } from './faults.ts'

/** The body, or what of it came before a fault cut it. */
export async function readBody(
  request: IncomingMessage,
  fault: FaultAction | undefined,
): Promise<{ readonly bytes: Buffer; readonly isCut: boolean }> {
  const cut = fault?.kind === 'cut-request' ? fault : undefined
  const chunks: Buffer[] = []
  let size = 0
  const stream = request.iterator({ destroyOnReturn: false })
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array)
    chunks.push(bytes)
    size += bytes.length
    if (cut !== undefined && cut.reply === undefined && size >= cut.after) break
  }
  return { bytes: Buffer.concat(chunks).subarray(0, cut?.after), isCut: cut !== undefined }
}

/** What each request of ours carries. */
export function headerProblems({ headers }: IncomingMessage): readonly string[] {
  const version = headers['x-github-api-version']
  const accept = headers.accept ?? ''
  return [
    ...(version === '2022-11-28' ? [] : [`x-github-api-version: ${String(version)}`]),
    ...(accept === 'application/vnd.github+json' || accept === 'application/octet-stream'
      ? []
      : [`accept: ${accept}`]),
    ...(headers['user-agent'] === undefined ? ['no user-agent: GitHub refuses that'] : []),
  ]
}

/** What a fault makes of the reply. */
export function replied(fault: FaultAction | undefined, given: Reply): Reply {
  if (fault?.kind === 'rewrite') return fault.change(given)
  return (fault?.kind === 'cut-request' ? fault.reply : undefined) ?? given
}

export function sendReply(response: ServerResponse, { status, headers = {}, body }: Reply): void {
  const isBytes = body instanceof Uint8Array
  const bytes = isBytes ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body))
  const type = isBytes ? 'application/octet-stream' : 'application/json; charset=utf-8'
  response
    .writeHead(status, { ...(body === undefined ? {} : { 'content-type': type }), ...headers })
    .end(bytes)
}

export function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return bytes.toString('utf8')
  }
}
