/** The main job on the example, on this machine alone; what it lacks is made first. */
import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRegistry } from '../__tests__/support/registry/registry.ts'
import { startReleaseServer } from '../__tests__/support/release-server.ts'
import { startSigstore } from '../__tests__/support/sigstore/start.ts'
import type { BuildRecord } from '../src/domain/build-record.ts'
import { askHealth } from './kit/ask-health.ts'
import { exampleWorkspace } from './kit/example-workspace.ts'
import { kitDistribution } from './kit/kit-distribution.ts'
import { startDocker } from './kit/kit-docker.ts'
import { prepareMachine } from './kit/kit-machine.ts'
import { kitTools } from './kit/kit-tools.ts'
import { kitWheels } from './kit/kit-wheels.ts'
import { localInputs } from './kit/local-inputs.ts'

const log = (line: string): void => console.error(line)
const title = (line: string): void => log(`\n=== ${line}`)
const begun = performance.now()
const folder = await mkdtemp(join(tmpdir(), 'giropops-demo-'))
await using ended = new AsyncDisposableStack()
ended.defer(() => rm(folder, { recursive: true, force: true }))

title('What the job needs')
for (const problem of await prepareMachine(log)) log(`note: ${problem}`)
const { mirrorFolder, tools } = await kitTools(log, [
  { tool: 'apko', version: '1.2.31' },
  { tool: 'melange', version: '0.56.5' },
])
const distribution = await kitDistribution(log)
const workspace = await exampleWorkspace(join(folder, 'senhas'), await kitWheels(distribution, log))
const docker = ended.adopt(await startDocker(join(folder, 'docker'), log), each => each.stop())
const registry = ended.adopt(await startRegistry(), each => each.close())
const releases = ended.adopt(await startReleaseServer({ folder: mirrorFolder }), each => each.close())
const sigstore = ended.use(await startSigstore())
log(
  `On this machine: a registry (${registry.host}), a release page (${releases.url}) and a Sigstore (log ${sigstore.urls.rekor}).`,
)
log(
  'The tools are the newest that build from their Go modules, or the pinned releases; their sha256 are given, not taken from the catalogue.',
)

title('giropops on examples/senhas')
const output = join(folder, 'output')
const inputs = {
  ...localInputs({ tools, mirror: releases.url, distribution }),
  platforms: 'linux/amd64,linux/arm64',
  image: `${registry.host}/senhas`,
  tags: '1.0.0',
  push: 'true',
  load: 'true',
  ...(await signingInputs()),
  output,
}
await runGiropops(Object.entries(inputs).map(([name, text]) => `--${name}=${text}`))

title('The image by its digest, out of the registry')
const record = JSON.parse(await readFile(join(output, 'giropops.json'), 'utf8')) as BuildRecord
for (const { digest, platforms } of record.images) {
  for (const { platform } of platforms) {
    const image = `${registry.host}/senhas@${digest}`
    const answer = await askHealth({ image, platform, docker: { DOCKER_HOST: docker.host } })
    console.log(`${platform}: GET /health → ${answer}`)
  }
}

const took = ((performance.now() - begun) / 1000).toFixed(0)
console.log(
  `Done in ${took} s: built, pushed, signed, verified, tagged, loaded, and run by digest on both platforms.`,
)

/** A laptop has no identity of a job, so the demo signs with a key of its own, into the log of this machine. */
async function signingInputs(): Promise<Record<string, string>> {
  const [key, root] = [join(folder, 'cosign.key'), join(folder, 'trusted_root.json')]
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
  await writeFile(root, JSON.stringify(sigstore.trustedRoot()))
  const { fulcio, rekor, tsa } = sigstore.urls
  return {
    'cosign-key': key,
    'fulcio-url': fulcio,
    'rekor-url': rekor,
    'tsa-url': `${tsa}/api/v1/timestamp`,
    'trusted-root': root,
  }
}

async function runGiropops(args: readonly string[]): Promise<void> {
  const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url))
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: workspace,
    stdio: 'inherit',
    env: { ...process.env, DOCKER_HOST: docker.host },
  })
  const code = await new Promise(resolve => child.once('exit', resolve))
  if (code !== 0) throw new Error(`giropops ended with ${String(code)}`)
}
