import { spawn } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface ActOptions {
  /** Path of act. */
  readonly program: string
  /** Of this run alone: home, shims, the cache of actions. */
  readonly folder: string
  /** The caller's checkout, with its `.github/workflows`. */
  readonly workspace: string
  /** File in there. */
  readonly workflow: string
  /** `owner/repo@ref` -> folder, for everything that `uses` names. */
  readonly repositories: Readonly<Record<string, string>>
  /** Seen by every step. */
  readonly env: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** Labels of `runs-on`, which all mean this machine. */
  readonly runners: readonly string[]
}

export interface ActResult {
  readonly code: number | null
  readonly log: string
  /** Arguments of every `sudo`, which is not run: a line each. */
  readonly sudo: readonly string[]
}

/** Runs a push of a caller's workflow on this machine, without containers, and with nothing of our environment besides PATH. */
export async function runAct(options: ActOptions): Promise<ActResult> {
  const { folder, workspace, repositories, env, secrets, runners } = options
  const [home, bin] = [join(folder, 'home'), join(folder, 'bin')]
  const sudoLog = join(folder, 'sudo.log')
  for (const each of [home, bin]) await mkdir(each, { recursive: true })
  await writeFile(sudoLog, '')
  await writeFile(join(bin, 'sudo'), `#!/bin/sh\necho "$*" >> '${sudoLog}'\n`, { mode: 0o755 })
  const envFile = join(folder, 'env')
  await writeFile(envFile, lines(env))
  const secretFile = join(folder, 'secrets')
  await writeFile(secretFile, lines(secrets), { mode: 0o600 })
  const files = {
    workflows: join('.github/workflows', options.workflow),
    'env-file': envFile,
    'secret-file': secretFile,
  }
  const args = [
    'push',
    '--no-cache-server',
    ...Object.entries(files).map(([name, path]) => `--${name}=${path}`),
    ...runners.flatMap(label => ['--platform', `${label}=-self-hosted`]),
    ...Object.entries(repositories).flatMap(([name, path]) => ['--local-repository', `${name}=${path}`]),
  ]
  const child = spawn(options.program, args, {
    cwd: workspace,
    env: { PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(':'), HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => void (log += chunk.toString()))
  }
  const code = await new Promise<number | null>(settle => {
    child.once('error', error => {
      log += String(error)
      settle(null)
    })
    child.once('close', settle)
  })
  const sudo = (await readFile(sudoLog, 'utf8')).split('\n').filter(Boolean)
  return { code, log, sudo }
}

/** A folder for `uses` with the stand-in of one of GitHub's actions and the client that it runs on. */
export async function artifactAction(
  name: 'upload-artifact' | 'download-artifact',
  { client, folder }: { readonly client: string; readonly folder: string },
): Promise<string> {
  const own = fileURLToPath(new URL(name, import.meta.url))
  const place = join(folder, name)
  await cp(own, place, { recursive: true })
  await cp(client, join(place, 'client.mjs'))
  await writeFile(join(place, 'package.json'), '{"type":"module"}')
  return place
}

/** Variables as act reads them from a file. */
function lines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('')
}
