import { parseObject } from '../domain/json-object.ts'
import type { HttpResponse } from '../ports.ts'

const limit = 8 * 1024 * 1024

/** The whole body of an answer; of a longer one than 8 MiB only as much. Throws as the port's body does. */
export async function readBody({ body }: HttpResponse): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      const bytes = Buffer.from(chunk)
      chunks.push(bytes)
      size += bytes.length
      if (size > limit) break
    }
  } finally {
    body.destroy()
  }
  return Buffer.concat(chunks)
}

/** What a service says in its JSON error (`message`), else its text as it is when it is short and no page. */
export function wordsOf(body: Buffer): string {
  const text = body.toString('utf8')
  const message = parseObject(text)?.['message']
  if (typeof message === 'string') return message
  return text.length < 200 && !text.includes('<') ? text : ''
}
