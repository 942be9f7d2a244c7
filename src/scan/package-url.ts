/** A package URL (purl-spec), as far as two of them are compared. */
export interface PackageUrl {
  /** `apk`, `oci`, `pypi` */
  readonly type: string
  /** Namespace and name: `alpine/openssl`. */
  readonly path: string
  readonly version: string | undefined
  readonly qualifiers: ReadonlyMap<string, string>
}

/** Reads a package URL; undefined when it is none. */
export function parsePackageUrl(text: string): PackageUrl | undefined {
  const [, type, path, version, query] =
    /^pkg:\/*([A-Za-z][A-Za-z0-9.+-]*)\/([^@?#]+?)\/?(?:@([^?#]*))?(?:\?([^#]*))?(?:#.*)?$/.exec(
      text.trim(),
    ) ?? []
  if (type === undefined || path === undefined) return undefined
  try {
    return {
      type: type.toLowerCase(),
      path: path.split('/').map(decodeURIComponent).join('/'),
      version: version === undefined || version === '' ? undefined : decodeURIComponent(version),
      qualifiers: new Map(new URLSearchParams(query?.replaceAll('+', '%2B') ?? '')),
    }
  } catch {
    return undefined
  }
}

/**
 * Whether what is said of one package URL holds for another: all that it names is the same; what it leaves out (version,
 * qualifiers, the namespace of an apk) may be anything.
 */
export function covers(said: PackageUrl, other: PackageUrl): boolean {
  if (said.type !== other.type) return false
  const isBare = said.type === 'apk' && !said.path.includes('/')
  const path = isBare ? other.path.slice(other.path.lastIndexOf('/') + 1) : other.path
  if (said.path !== path) return false
  if (said.version !== undefined && said.version !== other.version) return false
  return [...said.qualifiers].every(([key, value]) => other.qualifiers.get(key) === value)
}
