import { bundleFromJSON, bundleToJSON } from '@sigstore/bundle'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import {
  DSSEBundleBuilder,
  FulcioSigner,
  MessageSignatureBundleBuilder,
  RekorWitness,
  TSAWitness,
} from '@sigstore/sign'
import { toSignedEntity, toTrustMaterial, Verifier, type Signer } from '@sigstore/verify'
import { payloadType } from './by-hand.ts'
import type { Sigstore } from './start.ts'
import type { ProtobufJson } from './trusted-root.ts'

const builders = { dsse: DSSEBundleBuilder, message: MessageSignatureBundleBuilder }
const patience = { retry: 0, timeout: 10_000 }

/** The bundle that @sigstore/sign makes of the data, with certificate, Rekor v1 and timestamp. */
export async function signByLibrary(
  sigstore: Sigstore,
  form: keyof typeof builders,
  data: Buffer,
): Promise<unknown> {
  const { fulcio, rekor, tsa } = sigstore.urls
  const identityProvider = { getToken: async () => sigstore.token() }
  const builder = new builders[form]({
    signer: new FulcioSigner({ fulcioBaseURL: fulcio, identityProvider, ...patience }),
    witnesses: [
      new RekorWitness({ rekorBaseURL: rekor, ...patience }),
      new TSAWitness({ tsaBaseURL: tsa, ...patience }),
    ],
  })
  return bundleToJSON(await builder.create({ data, type: payloadType }))
}

/** Who signed the bundle, as @sigstore/verify says; it throws unless certificate, logs and times are all right. */
export function signerOf(bundle: unknown, root: ProtobufJson, data: Buffer): Signer['identity'] {
  const trust = toTrustMaterial(TrustedRoot.fromJSON(root))
  const read = bundleFromJSON(bundle)
  const entity = read.content.$case === 'messageSignature' ? toSignedEntity(read, data) : toSignedEntity(read)
  const wanted = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 }
  return new Verifier(trust, wanted).verify(entity).identity
}
