import { statSync, type Stats } from 'node:fs'
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
  const found = given.includes('://') ? undefined : statOf(path)
  if (found?.isFile() === true) return { kind: 'file', path, given }
  const place = scanner === 'grype' ? listingPlace(given) : repositoryPlace(given)
  if (place !== undefined && found === undefined) return { kind: 'mirror', place }
  const what =
    found === undefined ? '' : found.isDirectory() ? ' (it is a folder)' : ' (it is neither file nor folder)'
  throw new Failure(
    'INPUT_INVALID',
    `input "scan-database" is "${withoutLogin(given)}"${what}; accepted for ${scanner}: ${accepted[scanner]}`,
    { hint: found === undefined ? nextStep(given, path) : 'Name the file of the database itself.' },
  )
}

const accepted: Readonly<Record<ScannerName, string>> = {
  grype: 'an http or https URL of a mirror without a user name (with v6/latest.json below it), or a file',
  trivy: 'an OCI repository such as ghcr.io/aquasecurity/trivy-db:2, or a file',
}

/** No path is told that may be a place with a login. */
function nextStep(given: string, path: string): string {
  return given.includes('://') || withoutLogin(given) !== given
    ? 'Give the place without user name and password; a database that needs a login can be fetched first, and given as a file.'
    : `A path is relative to the workspace; there is no file ${path}.`
}

/** Undefined when nothing is there, or nobody may look. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
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

/** A place without user name, password, query and fragment, be there a scheme or not. */
export function withoutLogin(place: string): string {
  const [, scheme = '', rest = '', digest = ''] =
    /^([\w+.-]+:\/\/)?(.*?)(@sha256:[0-9a-f]*)?$/s.exec(place) ?? []
  // A password may hold what a URL has other uses for, so that all up to the last @ may be one.
  const bare = rest.slice(rest.lastIndexOf('@') + 1).replace(/[?#].*$/s, '')
  return `${scheme}${bare}${digest}`
}
