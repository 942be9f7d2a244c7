import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSigstore } from './start.ts'

/**
 * The stand-in as a program: prints one line of JSON with its addresses, the variables of the job and the paths of the
 * trusted root and of the signing configs, and serves until it is told to end.
 */
const sigstore = await startSigstore()
const folder = await mkdtemp(join(tmpdir(), 'sigstore-'))
const write = async (name: string, content: unknown): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, JSON.stringify(content))
  return path
}
const trustedRoot = await write('trusted_root.json', sigstore.trustedRoot())
const signingConfig = await write('signing_config.json', sigstore.signingConfig(1))
const signingConfig2 = await write('signing_config_rekor_v2.json', sigstore.signingConfig(2))
const { urls, env } = sigstore
console.log(
  JSON.stringify({ urls, env, identity: sigstore.identity(), trustedRoot, signingConfig, signingConfig2 }),
)

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void sigstore.close().then(() => rm(folder, { recursive: true, force: true }))
  })
}
