import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import type { Ports } from '../ports.ts'
import type { Identity } from './claims.ts'
import { requestCertificate, type KeyPair } from './fulcio.ts'
import type { IdentityProvider } from './identity.ts'
import type { Signer } from './signer.ts'

interface Certificate {
  readonly keys: KeyPair
  /** DER of the leaf. */
  readonly leaf: Buffer
  readonly pem: string
  readonly chain: readonly string[]
  readonly until: Date
  readonly identity: Identity
}

/** Milliseconds before its end at which a certificate is not used any more: signing and logging take their time. */
const margin = 120_000

/**
 * Signs with one key pair and one Fulcio certificate for everything, both made at the first signature and made anew when
 * the certificate nears its end. The private key lives in memory only.
 */
export function openCertificateSigner(
  fulcio: string,
  identity: IdentityProvider,
  world: Pick<Ports, 'http' | 'patience' | 'clock'>,
): Signer {
  let current: Promise<Certificate> | undefined
  const certificate = async (): Promise<Certificate> => {
    const seen = current
    const known = await seen?.catch(() => undefined)
    if (known !== undefined && known.until.getTime() - world.clock.now().getTime() > margin) return known
    if (current === seen || current === undefined) current = issue(fulcio, identity, world)
    return current
  }
  return {
    async sign(data) {
      const { keys, leaf, pem, chain, until } = await certificate()
      const signature = sign('sha256', data, keys.privateKey)
      return { signature, verifier: pem, certificate: leaf, chain, until }
    },
    expected: async () => ({ identity: (await certificate()).identity }),
  }
}

async function issue(
  fulcio: string,
  identity: IdentityProvider,
  world: Pick<Ports, 'http' | 'patience' | 'clock'>,
): Promise<Certificate> {
  const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const [pem = '', ...chain] = await requestCertificate(fulcio, keys, { ...world, identity })
  const leaf = new X509Certificate(pem)
  const { claims } = await identity.token()
  return {
    keys,
    leaf: leaf.raw,
    pem,
    chain,
    until: leaf.validToDate,
    identity: { subject: nameIn(leaf) ?? claims.subject, issuer: claims.issuer },
  }
}

/** The subject alternative name: a URI or an e-mail address (RFC 5280, section 4.2.1.6). */
function nameIn({ subjectAltName }: X509Certificate): string | undefined {
  const [, name] = /^(?:URI|email):(.+)$/.exec(subjectAltName ?? '') ?? []
  return name?.startsWith('"') ? String(JSON.parse(name)) : name
}
