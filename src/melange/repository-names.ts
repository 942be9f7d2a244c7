import { createReadStream } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import type { Readable } from 'node:stream'
import { Failure } from '../domain/failure.ts'
import { parseRetryAfter } from '../domain/retry-after.ts'
import { Transient } from '../domain/transient.ts'
import type { Ports } from '../ports.ts'
import { findEntryIn } from './apk-archive.ts'

type NamePorts = Pick<Ports, 'http' | 'patience' | 'clock' | 'log'>

/** Names that repositories have; every index is read once. */
export interface RepositoryNames {
  /**
   * Names that the repository has for apk's architecture, provided ones included; undefined when it can't be read, which melange
   * then tells. `repository` is a URL or a path, relative to the workspace, perhaps with a tag (`@local ./packages`).
   */
  of(repository: string, architecture: string): Promise<ReadonlySet<string> | undefined>
}

export function openRepositoryNames(workspace: string, ports: NamePorts): RepositoryNames {
  const known = new Map<string, Promise<ReadonlySet<string> | undefined>>()
  return {
    of(repository, architecture) {
      const folder = repository.replace(/^@\S+\s+/, '').replace(/\/+$/, '')
      const index = `${folder}/${architecture}/APKINDEX.tar.gz`
      const found = known.get(index) ?? readNames(index, workspace, ports)
      known.set(index, found)
      return found
    },
  }
}

async function readNames(
  index: string,
  workspace: string,
  ports: NamePorts,
): Promise<ReadonlySet<string> | undefined> {
  try {
    if (/^https?:/.test(index)) return await ports.patience.retry(index, () => fetchNames(index, ports))
    return await namesIn(createReadStream(isAbsolute(index) ? index : join(workspace, index)))
  } catch (error) {
    if (error instanceof Failure && error.code === 'CANCELLED') throw error
    const reason = error instanceof Error ? error.message : String(error)
    ports.log.debug(`names are not looked up in ${index}: ${reason}`)
    return undefined
  }
}

async function fetchNames(url: string, { http, clock }: NamePorts): Promise<ReadonlySet<string>> {
  const { status, headers, body } = await http.send({ method: 'GET', url })
  if (status === 200) return namesIn(body)
  body.destroy()
  const refused = new Failure('NETWORK_FAILED', `${url} answers with status ${status}`)
  const passes = status === 408 || status === 429 || status >= 500
  throw passes ? new Transient(refused, parseRetryAfter(headers['retry-after'], clock.now())) : refused
}

/** The names of packages (`P:`) and what they provide (`p:`) in an index (apk-tools, APKINDEX). */
async function namesIn(source: Readable): Promise<ReadonlySet<string>> {
  const index = await findEntryIn(source, name => name === 'APKINDEX')
  if (index === undefined) throw new Error('it holds no APKINDEX')
  const names = new Set<string>()
  for (const [, kind, value = ''] of index.text.matchAll(/^([Pp]):(.*)$/gm)) {
    if (kind === 'P') names.add(value)
    else for (const entry of value.split(' ')) names.add(entry.replace(/[=<>~].*$/, ''))
  }
  return names
}
