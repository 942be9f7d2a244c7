import { parseObject } from '../domain/json-object.ts'
import { readAtMost } from '../domain/read-at-most.ts'
import type { HttpResponse } from '../ports.ts'

const limit = 8 * 1024 * 1024

/** The whole body of an answer; of a longer one than 8 MiB only as much. Throws as the port's body does. */
export function readBody({ body }: HttpResponse): Promise<Buffer> {
  return readAtMost(body, limit)
}

/** What a service says in its JSON error (`message`), else its text as it is when it is short and no page. */
export function wordsOf(body: Buffer): string {
  const text = body.toString('utf8')
  const message = parseObject(text)?.['message']
  if (typeof message === 'string') return message
  return text.length < 200 && !text.includes('<') ? text : ''
}
