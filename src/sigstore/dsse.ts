/** Media type of in-toto statements in a DSSE envelope. */
export const inTotoType = 'application/vnd.in-toto+json'

/** What a DSSE signature is over: the pre-authentication encoding of type and payload (DSSE protocol, v1). */
export function preAuthEncoding(type: string, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${payload.length} `), payload])
}
