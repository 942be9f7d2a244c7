import { basename } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { findEntry } from './apk-archive.ts'
import { signApks } from './sign-apks.ts'

export interface SigningJob {
  readonly melange: Tool
  readonly key: SigningKey
  /** Absolute paths of apks that are ours alone: they are written anew where they are. */
  readonly apks: readonly string[]
  /** Absolute path of an existing folder for what melange needs on the way. */
  readonly scratch: string
}

/** As {@link signApks}, and looks whether each really bears our signature now. Fails with PACKAGE_FAILED or DISK_FULL. */
export async function resignPackages(
  { melange, key, apks, scratch }: SigningJob,
  ports: Pick<Ports, 'processes'>,
): Promise<void> {
  await signApks({ melange, key, apks, temp: scratch }, ports)
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
