import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import type { Http } from '../ports.ts'
import { indexFile, offersOf, readIndexText } from './apk-index.ts'
import type { OfferedApk } from './content-key.ts'

/** Indexes of a run, each read once, by the folder (path or URL) of repository and architecture. undefined when one can't be read. */
export interface IndexShelf {
  /** By `<name> <version>`. */
  offers(place: string): Promise<ReadonlyMap<string, OfferedApk> | undefined>
  /** sha256 (hex) of what is on offer; signatures are not in it. */
  digest(place: string): Promise<string | undefined>
}

interface Setting {
  readonly http: Http
  /** Relative paths are relative to it. */
  readonly workspace: string
  /** Absolute folder for what is fetched; made when it is needed. */
  readonly folder: string
}

interface Shelved {
  readonly offers: ReadonlyMap<string, OfferedApk>
  readonly digest: string
}

export function openIndexShelf(setting: Setting): IndexShelf {
  const shelved = new Map<string, Promise<Shelved | undefined>>()
  const find = (place: string): Promise<Shelved | undefined> => {
    const index = `${place.replace(/\/+$/, '')}/${indexFile}`
    const known = shelved.get(index) ?? shelve(index, setting)
    shelved.set(index, known)
    return known
  }
  return {
    offers: async place => (await find(place))?.offers,
    digest: async place => (await find(place))?.digest,
  }
}

async function shelve(index: string, setting: Setting): Promise<Shelved | undefined> {
  const file = await fileOf(index, setting)
  const text = file === undefined ? undefined : await readIndexText(file)
  if (text === undefined) return undefined
  return { offers: byVersion(offersOf(text)), digest: createHash('sha256').update(text).digest('hex') }
}

export function byVersion(offers: readonly OfferedApk[]): ReadonlyMap<string, OfferedApk> {
  return new Map(offers.map(offer => [`${offer.name} ${offer.version}`, offer]))
}

async function fileOf(index: string, { http, workspace, folder }: Setting): Promise<string | undefined> {
  if (index.startsWith('file:')) return fileURLToPath(index)
  if (!/^https?:/.test(index)) return resolve(workspace, index)
  try {
    const answer = await http.send({ method: 'GET', url: index })
    if (answer.status !== 200) {
      answer.body.destroy()
      return undefined
    }
    await mkdir(folder, { recursive: true })
    const file = join(folder, `${createHash('sha256').update(index).digest('hex')}.tar.gz`)
    await pipeline(answer.body, createWriteStream(file))
    return file
  } catch {
    // Without it there is no key, and the package is built: the build tells what is wrong with the repository.
    return undefined
  }
}
