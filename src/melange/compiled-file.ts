import type { Ports } from '../ports.ts'
import { usesVars } from './build-arguments.ts'
import type { BuildJob } from './build-request.ts'
import { isRecord } from './yaml-value.ts'

/** A melange file with everything filled in, as far as the tool can do it alone. */
export interface CompiledFile {
  /** The whole document, without where repositories and keys are. */
  readonly content: unknown
  /** `environment.contents`: names of packages, repositories, keys as written. */
  readonly contents: Readonly<Record<string, unknown>>
}

/**
 * Asks `melange compile`, which takes some 50 ms. undefined when this melange has no such command, can't do it with these
 * options (it takes one pipeline folder), or finds the file wrong: the build will tell that.
 */
export async function compileFile(
  { request, file, architecture }: Pick<BuildJob, 'request' | 'file' | 'architecture'>,
  { processes }: Pick<Ports, 'processes'>,
): Promise<CompiledFile | undefined> {
  const { options, melange, machine } = request
  if (options.pipelineDirs.length > 1) return undefined
  const [pipelines] = options.pipelineDirs
  const asked = await processes.ask({
    tool: melange.path,
    cwd: machine.workspace,
    args: [
      'compile',
      file.absolute,
      '--arch',
      architecture.apk,
      // Only a stamp: it changes nothing else in what is compiled.
      `--git-commit=${'0'.repeat(40)}`,
      '--git-repo-url=https://unknown/unknown/unknown',
      ...(pipelines === undefined ? [] : ['--pipeline-dir', pipelines]),
      ...(options.envFile === undefined ? [] : ['--env-file', options.envFile]),
      ...(options.varsFile === undefined || !usesVars(file) ? [] : ['--vars-file', options.varsFile]),
      ...options.extraArgs,
    ],
  })
  return asked.code === 0 ? readCompiled(asked.stdout) : undefined
}

const places = new Set([
  'repositories',
  'build_repositories',
  'runtime_repositories',
  'keyring',
  'runtime_keyring',
])

function readCompiled(stdout: string): CompiledFile | undefined {
  try {
    const document: unknown = JSON.parse(stdout)
    const environment = isRecord(document) ? document['environment'] : undefined
    if (!isRecord(document) || !isRecord(environment)) return undefined
    const contents = isRecord(environment['contents']) ? environment['contents'] : {}
    const named = Object.entries(contents).filter(([name]) => !places.has(name))
    const content = { ...document, environment: { ...environment, contents: Object.fromEntries(named) } }
    return { content, contents }
  } catch {
    return undefined
  }
}
