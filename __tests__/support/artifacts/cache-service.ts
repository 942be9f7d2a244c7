import type { Handler } from '../sigstore/service.ts'
import type { BlobContainer } from './blob-container.ts'
import { textOf, twirp, type Message } from './twirp.ts'

/** An entry whose upload was finished. */
export interface StoredCache {
  readonly key: string
  readonly bytes: Buffer
}

/** GitHub's cache service (v2): methods and messages of github.actions.results.api.v1.CacheService. */
export interface CacheService {
  readonly handle: Handler
  readonly stored: readonly StoredCache[]
}

interface Entry {
  readonly id: string
  readonly key: string
  readonly version: string
  bytes: Buffer | undefined
}

export function cacheService(blobs: BlobContainer, url: () => string): CacheService {
  const entries: Entry[] = []
  const signed = ({ id }: Entry): string => url() + blobs.sign(pathOf(id))
  const same = (message: Message) => (entry: Entry) =>
    entry.key === textOf(message, 'key') && entry.version === textOf(message, 'version')
  const handle = twirp({
    CreateCacheEntry(message) {
      if (entries.some(same(message))) return { ok: false, message: 'cache entry already exists' }
      const [key, version] = [textOf(message, 'key'), textOf(message, 'version')]
      const entry: Entry = { id: String(entries.length + 1), key, version, bytes: undefined }
      entries.push(entry)
      return { ok: true, signed_upload_url: signed(entry) }
    },
    FinalizeCacheEntryUpload(message) {
      const entry = entries.find(same(message))
      const bytes = entry && blobs.find(pathOf(entry.id))
      if (!entry || bytes?.length !== Number(textOf(message, 'size_bytes'))) return { ok: false }
      entry.bytes = bytes
      return { ok: true, entry_id: entry.id }
    },
    GetCacheEntryDownloadURL(message) {
      const restore = Array.isArray(message['restore_keys']) ? message['restore_keys'] : []
      const keys = [textOf(message, 'key'), ...restore.map(String)]
      const ready = entries.filter(
        each => each.bytes !== undefined && each.version === textOf(message, 'version'),
      )
      const found = keys
        .map(key => ready.find(each => each.key === key) ?? ready.findLast(each => each.key.startsWith(key)))
        .find(each => each !== undefined)
      if (found === undefined) return { ok: false, signed_download_url: '', matched_key: '' }
      return { ok: true, signed_download_url: signed(found), matched_key: found.key }
    },
  })
  return {
    handle,
    get stored() {
      return entries.flatMap(({ key, bytes }) => (bytes === undefined ? [] : [{ key, bytes }]))
    },
  }
}

function pathOf(id: string): string {
  return `/caches/${id}`
}
