import type { TrustedRoot } from '@sigstore/protobuf-specs'
import type { Ports } from '../ports.ts'
import type { SettledServices } from './rekor-version.ts'
import { openRekorV1 } from './rekor-v1-witness.ts'
import { openRekorV2 } from './rekor-v2-witness.ts'
import { openTimestampAuthority } from './timestamp-witness.ts'
import type { Witness } from './witness.ts'

/** The log and the timestamp authority of the services, as far as they are used; `log` is the signing decision's. */
export function openWitnesses(
  services: SettledServices,
  use: { readonly log: boolean; readonly root: TrustedRoot },
  world: Pick<Ports, 'http' | 'clock' | 'log'>,
): readonly Witness[] {
  const { rekor, tsa } = services
  const logs = !use.log || rekor === undefined ? [] : [openLog(rekor, use.root, world)]
  return tsa === undefined ? logs : [...logs, openTimestampAuthority(tsa, world)]
}

function openLog(
  { url, version }: NonNullable<SettledServices['rekor']>,
  root: TrustedRoot,
  world: Pick<Ports, 'http' | 'clock' | 'log'>,
): Witness {
  return version === 1 ? openRekorV1(url, world.log) : openRekorV2(url, root, world)
}
