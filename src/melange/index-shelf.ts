import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from '../domain/failure.ts'
import { parseRetryAfter } from '../domain/retry-after.ts'
import { Transient } from '../domain/transient.ts'
import { withoutLogins } from '../domain/without-logins.ts'
import type { Ports } from '../ports.ts'
import { indexFile, readIndexFrom, type ApkIndex } from './apk-index.ts'

type ShelfPorts = Pick<Ports, 'http' | 'patience' | 'clock' | 'log'>

/** Indexes of repositories, each read once in a run. */
export interface IndexShelf {
  /**
   * Index of the repository for apk's architecture; undefined when it can't be read, which melange then tells. `repository` is a
   * URL or a path, relative to the workspace, perhaps with a tag (`@local ./packages`).
   */
  find(repository: string, architecture: string): Promise<ApkIndex | undefined>
}

export function openIndexShelf(workspace: string, ports: ShelfPorts): IndexShelf {
  const known = new Map<string, Promise<ApkIndex | undefined>>()
  return {
    find(repository, architecture) {
      const folder = repository.replace(/^@\S+\s+/, '').replace(/\/+$/, '')
      const index = `${folder}/${architecture}/${indexFile}`
      const found = known.get(index) ?? readIndex(index, workspace, ports)
      known.set(index, found)
      return found
    },
  }
}

async function readIndex(index: string, workspace: string, ports: ShelfPorts): Promise<ApkIndex | undefined> {
  try {
    if (/^https?:/.test(index))
      return await ports.patience.retry(withoutLogins(index), () => fetchIndex(index, ports))
    const file = index.startsWith('file:') ? fileURLToPath(index) : resolve(workspace, index)
    return await readIndexFrom(createReadStream(file))
  } catch (error) {
    if (error instanceof Failure && error.code === 'CANCELLED') throw error
    const reason = error instanceof Error ? error.message : String(error)
    ports.log.debug(withoutLogins(`cannot read the index ${index}: ${reason}`))
    return undefined
  }
}

async function fetchIndex(url: string, { http, clock }: ShelfPorts): Promise<ApkIndex> {
  const { status, headers, body } = await http.send({ method: 'GET', url })
  if (status === 200) return readIndexFrom(body)
  body.destroy()
  const refused = new Failure('NETWORK_FAILED', `${withoutLogins(url)} answers with status ${status}`)
  const passes = status === 408 || status === 429 || status >= 500
  throw passes ? new Transient(refused, parseRetryAfter(headers['retry-after'], clock.now())) : refused
}
