import { setTimeout as sleep } from 'node:timers/promises'
import { openIdentity } from '../../../src/sigstore/identity.ts'
import { openCertificateSigner } from '../../../src/sigstore/certificate-signer.ts'
import { signPayloads, type Payload, type SignedPayload } from '../../../src/sigstore/sign-payloads.ts'
import type { Signer } from '../../../src/sigstore/signer.ts'
import { parseTrustedRoot } from '../../../src/sigstore/trusted-root.ts'
import type { Trust } from '../../../src/sigstore/verify-bundle.ts'
import { openWitnesses } from '../../../src/sigstore/witnesses.ts'
import { openHttp } from '../../../src/platform/http.ts'
import { openPatience } from '../../../src/platform/patience.ts'
import type { Ports } from '../../../src/ports.ts'
import { fakePorts, type FakePorts } from '../../support/fake-ports.ts'
import { startSigstore, type Sigstore, type SigstoreOptions } from '../../support/sigstore/start.ts'

export interface RoomOptions extends SigstoreOptions {
  /** Log of the first or second API, or none. */
  readonly rekor?: 1 | 2 | undefined
  readonly tsa?: boolean
  /** Milliseconds. */
  readonly deadline?: number
  /** Share of the longest waits that is waited; little unless told. */
  readonly haste?: number
  readonly key?: Signer
  /** One that is there already; it is left running, its faults cleared. */
  readonly sigstore?: Sigstore
}

/** A Sigstore of our own and the room's parts on it, over the real Http and Patience ports. */
export interface Room extends AsyncDisposable {
  readonly sigstore: Sigstore
  readonly signer: Signer
  readonly trust: Trust
  readonly fake: FakePorts
  readonly world: Ports
  sign(...payloads: readonly Payload[]): Promise<readonly SignedPayload[]>
}

export async function openRoom(options: RoomOptions = {}): Promise<Room> {
  const { rekor = 1, tsa = false, deadline = 2_000, haste = 0.02, key } = { ...options }
  const sigstore = options.sigstore ?? (await startSigstore(options))
  sigstore.faults.clear()
  const fake = fakePorts()
  const http = openHttp({ env: {}, userAgent: 'test', log: fake.log })
  const clock = { now: () => new Date(), sleep: async (milliseconds: number) => sleep(milliseconds) }
  const patience = openPatience({ deadline, clock, random: () => haste, log: fake.log })
  const world: Ports = { ...fake, http, clock, patience }
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = sigstore.env
  const identity = openIdentity({ url, requestToken }, world)
  const signer = key ?? openCertificateSigner(sigstore.urls.fulcio, identity, world)
  const root = parseTrustedRoot(sigstore.trustedRoot(), 'test root')
  const log = !('rekor' in options) || options.rekor !== undefined
  const services = {
    fulcio: sigstore.urls.fulcio,
    rekor: { url: rekor === 1 ? sigstore.urls.rekor : sigstore.urls.rekor2, version: rekor },
    tsa: tsa ? sigstore.urls.tsa : undefined,
    publicLog: false,
  }
  const witnesses = openWitnesses(services, { log, root }, world)
  return {
    sigstore,
    signer,
    fake,
    world,
    trust: {
      root,
      log,
      signer: key === undefined ? { identity: sigstore.identity() } : await publicKeyOf(key),
    },
    sign: (...payloads) => signPayloads(payloads, { signer, witnesses, world }),
    async [Symbol.asyncDispose]() {
      await http.close()
      if (options.sigstore === undefined) await sigstore[Symbol.asyncDispose]()
    },
  }
}

async function publicKeyOf(signer: Signer): Promise<Trust['signer']> {
  const expected = await signer.expected()
  if (!('publicKey' in expected)) throw new Error('not the signer of a key')
  return expected
}
