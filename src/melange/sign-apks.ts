import { Failure } from '../domain/failure.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { lastLine } from './melange-lines.ts'

export interface SignJob {
  readonly melange: Tool
  readonly key: SigningKey
  /** Absolute paths. */
  readonly apks: readonly string[]
  /** Absolute path of an existing folder for melange's temporary files. */
  readonly temp: string
}

/** melange signs all that it is given at once, each through a temporary file. */
const atOnce = 32
/** Milliseconds for so many, however large. */
const timeLimit = 15 * 60_000

/**
 * Replaces the signatures of apks by ones of the key (`melange sign`); control part and data stay byte for byte. Fails with PACKAGE_FAILED or
 * DISK_FULL.
 */
export async function signApks(
  { melange, key, apks, temp }: SignJob,
  { processes }: Pick<Ports, 'processes'>,
): Promise<void> {
  for (let at = 0; at < apks.length; at += atOnce) {
    const made = await processes.ask({
      tool: melange.path,
      args: ['sign', '--signing-key', key.privateKey, ...apks.slice(at, at + atOnce)],
      cwd: temp,
      env: { TMPDIR: temp },
      timeLimit,
    })
    if (made.code === 0) continue
    const reason = lastLine(`${made.stdout}\n${made.stderr}`)
    const code = reason.includes('no space left on device') ? 'DISK_FULL' : 'PACKAGE_FAILED'
    throw new Failure(code, `melange cannot sign the packages: ${reason}`)
  }
}
