import { basename } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { findEntry } from './apk-archive.ts'
import { lastLine } from './melange-lines.ts'

export interface SigningJob {
  readonly melange: Tool
  readonly key: SigningKey
  /** Absolute paths of apks that are ours alone: they are written anew where they are. */
  readonly apks: readonly string[]
  /** Absolute path of an existing folder for what melange needs on the way. */
  readonly scratch: string
}

/**
 * Signs apks with another key: `melange sign` replaces the first gzip member, `.SIGN.RSA256.<name>`, and leaves control and data
 * byte for byte, so that their checksums in an index stay. Fails with PACKAGE_FAILED or DISK_FULL.
 */
export async function resignPackages(
  { melange, key, apks, scratch }: SigningJob,
  { processes }: Pick<Ports, 'processes'>,
): Promise<void> {
  const signed = await processes.ask({
    tool: melange.path,
    args: ['sign', '--signing-key', key.privateKey, ...apks],
    cwd: scratch,
    env: { TMPDIR: scratch },
  })
  if (signed.code !== 0) {
    const reason = lastLine(`${signed.stdout}\n${signed.stderr}`)
    const code = reason.includes('no space left on device') ? 'DISK_FULL' : 'PACKAGE_FAILED'
    throw new Failure(code, `melange cannot sign stored packages: ${reason}`)
  }
  for (const apk of apks) {
    const first = await findEntry(apk, () => true).catch(() => undefined)
    if (first?.name !== `.SIGN.RSA256.${basename(key.publicKey)}`) {
      throw new Failure(
        'PACKAGE_FAILED',
        `melange ${melange.version} left ${basename(apk)} without our signature`,
      )
    }
  }
}
