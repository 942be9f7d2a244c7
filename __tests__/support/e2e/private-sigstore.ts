import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Sigstore } from '../sigstore/start.ts'

export interface PrivateSigstore {
  /** Inputs that name its services. */
  readonly inputs: Record<string, string>
  /** Arguments by which cosign verifies what it signed. */
  readonly root: readonly string[]
  readonly identity: readonly string[]
}

/** How a job and cosign are told of a Sigstore of our own; its trusted root is put into the workspace. */
export async function usePrivateSigstore(
  sigstore: Sigstore,
  workspace: string,
  rekor: 1 | 2,
): Promise<PrivateSigstore> {
  const file = join(workspace, 'trusted_root.json')
  await writeFile(file, JSON.stringify(sigstore.trustedRoot()))
  const { subject, issuer } = sigstore.identity()
  const { urls } = sigstore
  return {
    inputs: {
      'fulcio-url': urls.fulcio,
      'rekor-url': rekor === 1 ? urls.rekor : `${urls.rekor2}/api/v2`,
      'tsa-url': `${urls.tsa}/api/v1/timestamp`,
      'trusted-root': 'trusted_root.json',
    },
    root: ['--trusted-root', file],
    identity: ['--certificate-identity', subject, '--certificate-oidc-issuer', issuer],
  }
}
