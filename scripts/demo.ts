/** The main job on the example, on this machine alone; what it lacks is made first. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRegistry } from '../__tests__/support/registry/registry.ts'
import { startReleaseServer } from '../__tests__/support/release-server.ts'
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
log(`registry at ${registry.host}, releases at ${releases.url}`)

title('giropops on examples/senhas')
const output = join(folder, 'output')
const inputs = {
  ...localInputs({ tools, mirror: releases.url, distribution }),
  platforms: 'linux/amd64,linux/arm64',
  image: `${registry.host}/senhas`,
  tags: '1.0.0',
  push: 'true',
  load: 'true',
  sign: 'false', // a laptop has no identity of a job; signing is shown by the tests
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
