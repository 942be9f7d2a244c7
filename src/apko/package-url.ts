import type { InstalledPackage } from './installed-database.ts'
import type { Distribution } from './os-release.ts'

/**
 * Package URL of an installed apk (purl-spec, type apk): `pkg:apk/alpine/libssl3@3.5.0-r0?arch=x86_64&distro=alpine-3.22.0&upstream=openssl`.
 * `upstream` is the source package where it has another name; scanners match vulnerabilities by it.
 */
export function packageUrlOf(
  { name, version, arch, origin }: InstalledPackage,
  distribution: Distribution,
): string {
  const distro = [distribution.id, distribution.version].filter(Boolean).join('-')
  const qualifiers = Object.entries({
    arch,
    distro: distribution.id === 'unknown' ? '' : distro,
    upstream: origin === name ? '' : origin,
  }).filter(([, value]) => value !== '')
  const query = qualifiers.map(([key, value]) => `${key}=${encoded(value)}`).join('&')
  const path = ['apk', distribution.id.toLowerCase(), name.toLowerCase()].map(encoded).join('/')
  return `pkg:${path}@${encoded(version)}${query === '' ? '' : `?${query}`}`
}

/** Name and version in a package URL of the type apk, whatever its namespace; undefined for other types. */
export function readPackageUrl(url: string): { readonly name: string; readonly version: string } | undefined {
  const [, path, version] = /^pkg:apk\/([^@?#]+)@([^?#]+)/.exec(url) ?? []
  if (path === undefined || version === undefined) return undefined
  const name = path.split('/').at(-1) ?? ''
  try {
    return { name: decodeURIComponent(name), version: decodeURIComponent(version) }
  } catch {
    return undefined
  }
}

/** purl-spec: everything but letters, digits, `.`, `-`, `_` and `~` is percent-encoded. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
