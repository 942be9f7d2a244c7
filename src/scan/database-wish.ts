import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { ScannerName } from '../domain/tool.ts'

/** Where a scanner's database comes from. */
export type DatabaseWish =
  /** grype: base URL of a listing, or the listing itself (`…/latest.json`); trivy: an OCI repository, `host/path:tag`. */
  | { readonly kind: 'mirror'; readonly place: string }
  /** Absolute path, and the path as the user gave it. */
  | { readonly kind: 'file'; readonly path: string; readonly given: string }

/** Where the scanners' makers publish their databases. */
export const publishedPlaces: Readonly<Record<ScannerName, string>> = {
  grype: 'https://grype.anchore.io/databases',
  trivy: 'mirror.gcr.io/aquasec/trivy-db:2',
}

/** Reads the input `scan-database`; undefined is the scanner's own. Fails with INPUT_INVALID when it is neither a mirror nor a file that is there. */
export function readDatabaseWish(
  scanner: ScannerName,
  given: string | undefined,
  workspace: string,
): DatabaseWish {
  if (given === undefined) return { kind: 'mirror', place: publishedPlaces[scanner] }
  const path = resolve(workspace, given)
  if (!/^\w+:\/\//.test(given) && existsSync(path)) return { kind: 'file', path, given }
  const place = scanner === 'grype' ? listingPlace(given) : repositoryPlace(given)
  if (place !== undefined) return { kind: 'mirror', place }
  const accepted =
    scanner === 'grype'
      ? 'an http or https URL of a mirror without a user name (with v6/latest.json below it), or a file'
      : 'an OCI repository such as ghcr.io/aquasecurity/trivy-db:2, or a file'
  throw new Failure(
    'INPUT_INVALID',
    `scan-database is "${withoutLogin(given)}"; accepted for ${scanner}: ${accepted}`,
    { hint: `A path is relative to the workspace; there is no file ${path}.` },
  )
}

function listingPlace(given: string): string | undefined {
  const parsed = URL.parse(given)
  if (parsed === null || !['https:', 'http:'].includes(parsed.protocol)) return undefined
  if (parsed.username !== '') return undefined
  return parsed.href.replace(/\/+$/, '')
}

/** `host/path:tag`; an `oci://` or `https://` in front is left out. A path without a host is a file that is not there. */
function repositoryPlace(given: string): string | undefined {
  const bare = given.replace(/^(?:oci|https?):\/\//, '')
  return /^[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9._-]+)+(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(bare) &&
    /[.:]|^localhost/.test(bare.split('/')[0] ?? '') &&
    !/^\.+\//.test(bare)
    ? bare
    : undefined
}

/** A place without user name, password and query. */
export function withoutLogin(place: string): string {
  return place.replace(/^(\w+:\/\/)[^/@]*@/, '$1').replace(/\?.*$/, '')
}
