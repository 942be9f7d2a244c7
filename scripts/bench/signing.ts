import { tmpdir } from 'node:os'
import { startSigstore, type Sigstore } from '../../__tests__/support/sigstore/start.ts'
import { digestOf } from '../../src/domain/digest.ts'
import { openWorld } from '../../src/platform/open-world.ts'
import { terminalSurface } from '../../src/platform/surface-terminal.ts'
import type { World } from '../../src/ports.ts'
import { openCertificateSigner } from '../../src/sigstore/certificate-signer.ts'
import { openIdentity } from '../../src/sigstore/identity.ts'
import { openRekorV1 } from '../../src/sigstore/rekor-v1-witness.ts'
import { signPayloads, type Payload, type SignWith } from '../../src/sigstore/sign-payloads.ts'
import { signatureStatement } from '../../src/sigstore/statement.ts'
import { openTimestampAuthority } from '../../src/sigstore/timestamp-witness.ts'
import type { Figure } from './figure.ts'
import { median, spread } from './statistics.ts'

const latency = 150
const bundles = 9

interface Round {
  readonly one: number
  readonly ours: number
  readonly serial: number
  readonly certificates: number
}

/** Signing of an index and two platforms with SBOM and provenance, each call to a service 150 ms late: ours against the plain ways. */
export async function benchSigning(rounds: number): Promise<readonly Figure[]> {
  await using sigstore = await startSigstore({ latency })
  await using world = await openWorld(
    terminalSurface(() => ''),
    60_000,
  )
  const measured: Round[] = []
  for (let round = 0; round < rounds; round += 1) measured.push(await measure(sigstore, world))
  const seconds = (pick: (round: Round) => number): string =>
    `${spread(measured.map(each => pick(each) / 1000))} s`
  const ratio = median(measured.map(({ ours, one }) => ours / one))
  return [
    {
      what: `sign ${bundles} bundles, every call ${latency} ms late, against one bundle`,
      measured: `${spread(measured.map(({ ours, one }) => ours / one))} times one bundle's ${seconds(each => each.one)}`,
      toReach: 'at most 1.30',
      met: ratio <= 1.3,
    },
    { what: `the same ${bundles}: ours`, measured: seconds(each => each.ours), toReach: '' },
    {
      what: `the same ${bundles}: side by side, a certificate for each`,
      measured: seconds(each => each.certificates),
      toReach: '',
    },
    {
      what: `the same ${bundles}: one after another, one certificate`,
      measured: seconds(each => each.serial),
      toReach: '',
    },
  ]
}

async function measure(sigstore: Sigstore, world: World): Promise<Round> {
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const start = performance.now()
    await work()
    return performance.now() - start
  }
  const all = Array.from({ length: bundles }, (_, at) => payload(at))
  const one = await timed(() => signPayloads(all.slice(0, 1), freshSigner(sigstore, world)))
  const ours = await timed(() => signPayloads(all, freshSigner(sigstore, world)))
  const certificates = await timed(() =>
    Promise.all(all.map(each => signPayloads([each], freshSigner(sigstore, world)))),
  )
  const serial = await timed(async () => {
    const use = freshSigner(sigstore, world)
    for (const each of all) await signPayloads([each], use)
  })
  return { one, ours, serial, certificates }
}

function freshSigner({ env, urls }: Sigstore, world: World): SignWith {
  const endpoint = { url: env.ACTIONS_ID_TOKEN_REQUEST_URL, requestToken: env.ACTIONS_ID_TOKEN_REQUEST_TOKEN }
  return {
    signer: openCertificateSigner(urls.fulcio, openIdentity(endpoint, world), world),
    witnesses: [openRekorV1(urls.rekor), openTimestampAuthority(`${urls.tsa}/api/v1/timestamp`, world)],
    world,
  }
}

function payload(at: number): Payload {
  const digest = digestOf(`${tmpdir()} ${at} ${performance.now()}`)
  return { kind: 'statement', name: `payload ${at}`, statement: signatureStatement(digest) }
}

if (import.meta.main) {
  for (const { what, measured } of await benchSigning(5)) console.log(`${what}: ${measured}`)
}
