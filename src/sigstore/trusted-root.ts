import { readFile } from 'node:fs/promises'
import { TrustedRoot } from '@sigstore/protobuf-specs'
import { toTrustMaterial } from '@sigstore/verify'
import { Failure } from '../domain/failure.ts'
import { asObject, parseObject } from '../domain/json-object.ts'
import embedded from './trusted-root.json' with { type: 'json' }

/**
 * Whom verification trusts: certificate authorities, logs and timestamp authorities
 * (`application/vnd.dev.sigstore.trustedroot+json`). That of the public good instance, which is embedded, or the file's.
 * Fails with INPUT_INVALID when the file cannot be read or is no trusted root. `file` is an absolute path.
 */
export async function readTrustedRoot(file?: string): Promise<TrustedRoot> {
  if (file === undefined) return parseTrustedRoot(embedded, 'the embedded trusted root')
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('INPUT_INVALID', `trusted-root: ${file} cannot be read`, { cause })
  })
  return parseTrustedRoot(parseObject(text), file)
}

/** As {@link readTrustedRoot}, for a document at hand; `name` is how messages call it. */
export function parseTrustedRoot(document: unknown, name: string): TrustedRoot {
  const root = asObject(document)
  if (
    !/^application\/vnd\.dev\.sigstore\.trustedroot(\+json;version=|\.v)0\.\d/.test(
      String(root?.['mediaType']),
    )
  ) {
    throw notRoot(name, 'its mediaType is not application/vnd.dev.sigstore.trustedroot+json;version=0.1')
  }
  try {
    const parsed = TrustedRoot.fromJSON(root)
    if (parsed.tlogs.length + parsed.certificateAuthorities.length === 0) {
      throw notRoot(name, 'it lists neither a log nor a certificate authority')
    }
    // Reads every key and certificate in it, so that a broken one is found before anything is signed.
    toTrustMaterial(parsed)
    return parsed
  } catch (cause) {
    throw cause instanceof Failure ? cause : notRoot(name, 'a key or certificate in it cannot be read', cause)
  }
}

function notRoot(name: string, why: string, cause?: unknown): Failure {
  return new Failure('INPUT_INVALID', `${name} is not a Sigstore trusted root: ${why}`, {
    hint: '`cosign trusted-root create` makes such a file from the certificates and keys of an instance.',
    cause,
  })
}
