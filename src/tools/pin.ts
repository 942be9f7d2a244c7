import { Failure } from '../domain/failure.ts'
import type { Ports } from '../ports.ts'
import { knownSha256, neighbours } from './catalogue.ts'
import { publishedSha256 } from './published.ts'
import { checksumsName, pageUrl, titleOf, type Release, type Tarball } from './release.ts'

export interface Pinning {
  /** sha256 that the user gave; stands above the catalogue. */
  readonly sha256?: string | undefined
  readonly mirror: string
}

/** Pins the tarball to its sha256. Fails with TOOL_UNKNOWN, naming what the release itself says, when nobody vouches for one. */
export async function pinRelease(
  tarball: Tarball,
  { sha256, mirror }: Pinning,
  ports: Pick<Ports, 'http' | 'log'>,
): Promise<Release> {
  const { name, version, platform } = tarball
  const known = knownSha256(name, version, platform)
  const pinned = sha256 ?? known
  if (pinned === undefined) throw await unknown(tarball, mirror, ports)
  if (known !== undefined && pinned !== known) {
    ports.log.info(`${name} ${version}: the given ${name}-sha256 stands in for the catalogue's`)
  }
  return { ...tarball, sha256: pinned, mirror }
}

async function unknown(
  tarball: Tarball,
  mirror: string,
  ports: Pick<Ports, 'http' | 'log'>,
): Promise<Failure> {
  const { name, version, platform } = tarball
  const published = await publishedSha256(tarball, mirror, ports)
  const near = neighbours(name, version, platform)
  const known = near === '' ? '' : ` Known without it: ${near}.`
  const advice =
    published === undefined
      ? `Give ${name}-sha256; ${checksumsName(tarball)} of ${pageUrl(tarball)} names it.`
      : `Give ${name}-sha256: ${published} if you trust it: that is what ${checksumsName(tarball)} of the release says.`
  return new Failure('TOOL_UNKNOWN', `the catalogue has no sha256 of ${titleOf(tarball)}`, {
    hint: `${advice}${known}`,
  })
}
