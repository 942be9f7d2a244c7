import { Failure } from '../domain/failure.ts'
import { readAtMost } from '../domain/read-at-most.ts'
import type { HttpResponse } from '../ports.ts'

/** A page of a hundred releases with their texts and assets stays far below it. */
const limit = 64 * 1024 * 1024

/** The whole body of an answer. Throws as the port's body does; fails with GITHUB_REFUSED for one over 64 MiB. */
export async function readBody({ body, url }: HttpResponse): Promise<Buffer> {
  const bytes = await readAtMost(body, limit)
  if (bytes.length <= limit) return bytes
  throw new Failure('GITHUB_REFUSED', `${new URL(url).host} answered more than 64 MiB`)
}

/** The JSON that the bytes are; undefined for anything else, and for nothing. */
export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
