import type { Ports } from '../ports.ts'
import { readAtMost } from '../domain/read-at-most.ts'
import { withoutLogin } from './database-wish.ts'
import { databaseFailure, refusedAnswer, unreachable } from './database-failure.ts'
import { parseObject, textOf, type JsonObject } from './json-document.ts'

/** What a mirror of grype's databases offers (grype's `latest.json`, schema 6). */
export interface GrypeListing {
  /** URL of the archive. */
  readonly archive: string
  /** Of the archive, hex. */
  readonly sha256: string
  /** When the database was made, ISO 8601. */
  readonly built: string
}

const mostBytes = 1024 * 1024

/** URL of the listing below a mirror, as grype itself makes it (`GRYPE_DB_UPDATE_URL`). */
export function listingUrl(mirror: string, schema: string): string {
  const url = new URL(mirror)
  if (url.pathname.endsWith('.json')) return mirror
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/v${schema}/latest.json`
  return url.href
}

/** Fetches and reads the listing; repeats while that may help. Fails with SCAN_FAILED: out of reach, refused, or not a listing. */
export async function fetchListing(
  mirror: string,
  schema: string,
  ports: Pick<Ports, 'http' | 'patience' | 'clock'>,
): Promise<GrypeListing> {
  const url = listingUrl(mirror, schema)
  const shown = withoutLogin(url)
  const bytes = await ports.patience
    .retry(`listing of grype's databases`, async () => {
      const response = await ports.http.send({ method: 'GET', url })
      try {
        const refusal = refusedAnswer(response, `the listing ${shown}`, ports.clock.now())
        if (refusal !== undefined) throw refusal
        return await readAtMost(response.body, mostBytes)
      } finally {
        response.body.destroy()
      }
    })
    .catch((error: unknown) => {
      throw unreachable(error, `the listing of grype's databases ${shown}`)
    })
  if (bytes.length > mostBytes) {
    throw databaseFailure(
      `${shown} is not a listing of grype's databases: it is larger than 1 MiB`,
      'Look at scan-database: it names the listing (v6/latest.json) or the folder above v6, not the database itself.',
    )
  }
  const text = bytes.toString('utf8')
  const listing = readListing(parseObject(text), url)
  if (listing !== undefined) return listing
  throw databaseFailure(
    `${shown} is not a listing of grype's databases`,
    `It begins with ${JSON.stringify(text.slice(0, 60))}; a proxy or login page, or a listing for an older grype? Look at scan-database.`,
  )
}

function readListing(listing: JsonObject | undefined, url: string): GrypeListing | undefined {
  const [path, checksum, built] = ['path', 'checksum', 'built'].map(key => textOf(listing?.[key])) as [
    string,
    string,
    string,
  ]
  const sha256 = /^sha256:([0-9a-f]{64})$/i.exec(checksum)?.[1]?.toLowerCase()
  if (path === '' || sha256 === undefined || Number.isNaN(Date.parse(built))) return undefined
  // Beside the listing, with its query: the path is no URL, whatever it looks like.
  const archive = new URL(url)
  archive.pathname = `${archive.pathname.replace(/[^/]*$/, '')}${path.replace(/^\/+/, '')}`
  return { archive: archive.href, sha256, built }
}
