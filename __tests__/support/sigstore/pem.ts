/** PEM of DER bytes, ended by a line break. */
export function toPem(der: Uint8Array, label = 'CERTIFICATE'): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}

/** DER bytes of each block of a PEM text. */
export function fromPem(text: string): readonly Buffer[] {
  const blocks = text.matchAll(/-----BEGIN [^-]+-----([^-]+)-----END [^-]+-----/g)
  return Array.from(blocks, ([, body = '']) => Buffer.from(body, 'base64'))
}
