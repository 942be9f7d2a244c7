import { PublicKeyDetails, type TrustedRoot } from '@sigstore/protobuf-specs'
import type { Ports } from '../ports.ts'
import { withOverflow } from './overflow.ts'
import type { SettledServices } from './rekor-version.ts'
import { openRekorV1 } from './rekor-v1-witness.ts'
import { openRekorV2 } from './rekor-v2-witness.ts'
import { openTimestampAuthority } from './timestamp-witness.ts'
import type { Witness } from './witness.ts'

type World = Pick<Ports, 'http' | 'clock' | 'log'>

/** The log and the timestamp authority of the services, as far as they are used; `log` is the signing decision's. */
export function openWitnesses(
  services: SettledServices,
  use: { readonly log: boolean; readonly root: TrustedRoot },
  world: World,
): readonly Witness[] {
  const tsa = services.tsa === undefined ? [] : [openTimestampAuthority(services.tsa, world)]
  const { rekor } = services
  if (!use.log || rekor === undefined) return tsa
  if (rekor.version === 2) return [openRekorV2(rekor.url, use.root, world), ...tsa]
  return [withOverflow(openRekorV1(rekor.url), largeStatements(use.root, tsa, world), world.log), ...tsa]
}

/** Where statements go that are too large for the first API: a log of the second in the trusted root, and who stamps the time. */
function largeStatements(root: TrustedRoot, tsa: readonly Witness[], world: World): readonly Witness[] {
  const now = world.clock.now()
  const log = root.tlogs.findLast(({ publicKey }) => {
    const { keyDetails, validFor } = { validFor: undefined, ...publicKey }
    const begun = (validFor?.start ?? now) <= now
    return keyDetails === PublicKeyDetails.PKIX_ED25519 && begun && (validFor?.end ?? now) >= now
  })
  const stamp = root.timestampAuthorities.findLast(({ validFor }) => (validFor?.end ?? now) >= now)
  if (log === undefined || (tsa.length === 0 && stamp === undefined)) return []
  const stamps = tsa.length > 0 || stamp === undefined ? [] : [openTimestampAuthority(stamp.uri, world)]
  return [openRekorV2(log.baseUrl, root, world), ...stamps]
}
