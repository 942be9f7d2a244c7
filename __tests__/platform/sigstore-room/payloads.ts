import { digestOf, type Digest } from '../../../src/domain/digest.ts'
import type { Payload, SignedPayload } from '../../../src/sigstore/sign-payloads.ts'
import { signatureStatement } from '../../../src/sigstore/statement.ts'
import { verifyBundle, type Target, type Trust, type Verified } from '../../../src/sigstore/verify-bundle.ts'

export const digest: Digest = digestOf('a manifest')

/** Nine different digests, as of an index, two platforms and what is said of them. */
export const nine: readonly Digest[] = Array.from({ length: 9 }, (_, at) => digestOf(`manifest ${at}`))

export const image = (of: Digest = digest): Payload => ({
  kind: 'statement',
  name: 'image',
  statement: signatureStatement(of),
})

export const file = (text: string): Payload => ({
  kind: 'blob',
  name: 'file',
  read: async () => Buffer.from(text),
})

/** Verifies what is stored, as it is stored. */
export function verify(signed: SignedPayload | undefined, trust: Trust, of: Target): Verified {
  if (signed === undefined) throw new Error('nothing was signed')
  return verifyBundle('it', JSON.parse(signed.json), { trust, of })
}
