import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parse } from 'yaml'
import { maskLog, parseCommandFile, parseLogCommands, type LogCommand } from './command-files.ts'

export interface StepOptions {
  readonly inputs?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  /** Gets the process once it runs, to signal it. */
  readonly onStart?: (child: ChildProcess) => void
}

export interface StepResult {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** Standard output and error as they came, masks not applied. */
  readonly raw: string
  /** The log as people see it. */
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly paths: readonly string[]
  readonly summary: string
  readonly annotations: readonly LogCommand[]
}

/** A job on a runner: steps of our own actions, each from its action.yml, as child processes. */
export interface Job extends AsyncDisposable {
  readonly root: string
  readonly workspace: string
  readonly temp: string
  readonly tools: string
  /** `action` is a folder with an action.yml: `.`, `setup`. */
  step(action: string, options?: StepOptions): Promise<StepResult>
  /** Runs what the steps left for the end of the job, last first. */
  finish(): Promise<readonly StepResult[]>
}

interface ActionFile {
  readonly inputs?: Readonly<Record<string, { readonly default?: string } | null>>
  readonly runs: { readonly main: string; readonly post?: string }
}

export async function startJob(env: Readonly<Record<string, string>> = {}): Promise<Job> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'job-')))
  const [workspace, temp, tools, home] = ['work', 'temp', 'tools', 'home'].map(name => join(root, name)) as [
    string,
    string,
    string,
    string,
  ]
  for (const folder of [workspace, temp, tools, home]) await mkdir(folder)
  const posts: (() => Promise<StepResult>)[] = []
  let steps = 0

  const runPhase = async (script: string, options: StepOptions & { state: Record<string, string> }) => {
    steps += 1
    const files = await commandFiles(join(root, 'files', String(steps)))
    const given = {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      TMPDIR: temp,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'octo/senhas',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_SHA: '5af4b1d0'.repeat(5),
      GITHUB_EVENT_NAME: 'push',
      GITHUB_ACTOR: 'octo',
      GITHUB_RUN_ID: '1',
      RUNNER_TEMP: temp,
      RUNNER_TOOL_CACHE: tools,
      RUNNER_OS: 'Linux',
      ...env,
      ...options.env,
      ...inputVariables(options.inputs ?? {}),
      ...Object.fromEntries(Object.entries(options.state).map(([name, value]) => [`STATE_${name}`, value])),
      ...files,
    }
    const child = spawn(process.execPath, [script], {
      cwd: workspace,
      env: given,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    options.onStart?.(child)
    let raw = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void (raw += chunk.toString()))
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(settle => {
      child.once('close', (status, by) => settle([status, by]))
    })
    const read = (name: keyof typeof files) => readFile(files[name], 'utf8')
    const commands = parseLogCommands(raw)
    const result: StepResult = {
      code,
      signal,
      raw,
      log: maskLog(raw),
      outputs: parseCommandFile(await read('GITHUB_OUTPUT')),
      paths: (await read('GITHUB_PATH')).split('\n').filter(Boolean),
      summary: await read('GITHUB_STEP_SUMMARY'),
      annotations: commands.filter(({ command }) => ['error', 'warning', 'notice'].includes(command)),
    }
    return { result, state: parseCommandFile(await read('GITHUB_STATE')) }
  }

  return {
    root,
    workspace,
    temp,
    tools,
    async step(action, options = {}) {
      const file = resolve(action, 'action.yml')
      const { runs, inputs: defined = {} } = parse(await readFile(file, 'utf8')) as ActionFile
      const defaults = Object.entries(defined).flatMap(([name, input]) => {
        const text = input?.default ?? ''
        return text === '' || text.includes('${{') ? [] : [[name, text] as const]
      })
      const given = { ...options, inputs: { ...Object.fromEntries(defaults), ...options.inputs } }
      const { result, state } = await runPhase(resolve(dirname(file), runs.main), { ...given, state: {} })
      const { post } = runs
      if (post !== undefined) {
        posts.unshift(async () => (await runPhase(resolve(dirname(file), post), { ...given, state })).result)
      }
      return result
    },
    async finish() {
      const results: StepResult[] = []
      for (const post of posts.splice(0)) results.push(await post())
      return results
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

async function commandFiles(folder: string) {
  await mkdir(folder, { recursive: true })
  const names = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'] as const
  for (const name of names) await writeFile(join(folder, name), '')
  return Object.fromEntries(names.map(name => [name, join(folder, name)])) as Record<
    (typeof names)[number],
    string
  >
}

function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, text]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, text]),
  )
}
