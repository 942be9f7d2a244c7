import type { ImageFinding } from '../domain/verdict.ts'
import { covers, parsePackageUrl } from './package-url.ts'
import type { VexProduct, VexStatement } from './vex-statement.ts'

/** The image that findings are of, as VEX documents may name it. */
export interface ImageIdentity {
  /** `ghcr.io/octo/demo` */
  readonly name: string
  /** Of the index and of each platform. */
  readonly digests: readonly string[]
}

/** The last word of the documents on a finding; undefined when they say nothing of it. */
export function lastWord(
  finding: ImageFinding,
  statements: readonly VexStatement[],
  image: ImageIdentity,
): VexStatement | undefined {
  const names = new Set([finding.id, ...finding.aliases].map(name => name.toLowerCase()))
  return statements
    .filter(each => each.names.some(name => names.has(name.toLowerCase())))
    .filter(each => each.products.some(product => isMeant(product, finding, image)))
    .reduce<VexStatement | undefined>(
      (last, each) => (last === undefined || each.time >= last.time ? each : last),
      undefined,
    )
}

/** A product is the package itself, or the image, of which the parts are meant where some are named. */
function isMeant({ names, parts }: VexProduct, finding: ImageFinding, image: ImageIdentity): boolean {
  if (parts.length === 0 && isPackage(names, finding)) return true
  if (!isImage(names, image)) return false
  return parts.length === 0 || parts.some(part => isPackage(part, finding))
}

function isPackage(names: readonly string[], finding: ImageFinding): boolean {
  const { kind, package: name, version, purl } = finding
  const own = parsePackageUrl(purl ?? `pkg:${kind}/${name}@${encodeURIComponent(version)}`)
  if (own === undefined) return false
  return names.some(text => {
    const said = parsePackageUrl(text)
    return said !== undefined && covers(said, own)
  })
}

/** `pkg:oci/demo@sha256:…?repository_url=ghcr.io/octo/demo`, or a reference `ghcr.io/octo/demo@sha256:…`. */
function isImage(names: readonly string[], { name, digests }: ImageIdentity): boolean {
  const last = name.slice(name.lastIndexOf('/') + 1)
  return names.some(text => {
    const said = parsePackageUrl(text)
    const [repository = '', digest] = text.split('@')
    if (said === undefined) return repository === name && (digest === undefined || digests.includes(digest))
    const where = said.qualifiers.get('repository_url') ?? name
    return (
      said.type === 'oci' &&
      said.path === last &&
      (said.version === undefined || digests.includes(said.version)) &&
      (where === name || `${where}/${last}` === name)
    )
  })
}
