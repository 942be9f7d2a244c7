import { relative } from 'node:path'
import type { Machine } from '../domain/machine.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { usesVars } from './build-arguments.ts'
import type { BuildOptions } from './build-request.ts'
import type { MelangeFile } from './melange-file.ts'
import { lastLine } from './melange-lines.ts'

/**
 * A melange file with everything filled in, as far as the tool can do it alone, for apk's architecture (`x86_64`); undefined when
 * this melange can't do it. `extra` are further arguments. The same question is asked once.
 */
export type CompileFile = (file: MelangeFile, apk: string, extra?: readonly string[]) => Promise<unknown>

export interface CompilerSetting {
  readonly melange: Tool
  readonly machine: Pick<Machine, 'workspace'>
  readonly options: Pick<BuildOptions, 'pipelineDirs' | 'varsFile' | 'envFile'>
}

/** Opens `melange compile`, which takes some 50 ms a file. */
export function openCompiler(setting: CompilerSetting, ports: Pick<Ports, 'processes' | 'log'>): CompileFile {
  const asked = new Map<string, Promise<unknown>>()
  return (file, apk, extra = []) => {
    const question = JSON.stringify([file.absolute, apk, ...extra])
    const found = asked.get(question) ?? compile({ file, apk, extra }, setting, ports)
    asked.set(question, found)
    return found
  }
}

/** Milliseconds for one file, with many beside it. */
const timeLimit = 5 * 60_000

async function compile(
  {
    file,
    apk,
    extra,
  }: { readonly file: MelangeFile; readonly apk: string; readonly extra: readonly string[] },
  setting: CompilerSetting,
  ports: Pick<Ports, 'processes' | 'log'>,
): Promise<unknown> {
  const { melange, machine, options } = setting
  const { varsFile, envFile } = options
  const [pipelines, ...more] = options.pipelineDirs
  if (more.length > 0) {
    ports.log.debug(`${file.file}: melange compile takes one pipeline folder only; read without it`)
    return undefined
  }
  const args = [
    'compile',
    relative(machine.workspace, file.absolute),
    `--arch=${apk}`,
    '--log-level=error',
    // Stamps, which change nothing else in what is compiled.
    '--git-commit=unknown',
    '--git-repo-url=https://unknown/unknown/unknown',
    ...(pipelines === undefined ? [] : ['--pipeline-dir', pipelines]),
    ...(envFile === undefined ? [] : ['--env-file', envFile]),
    ...(varsFile === undefined || !usesVars(file) ? [] : ['--vars-file', varsFile]),
    ...extra,
  ]
  const asked = await ports.processes.ask({ tool: melange.path, args, cwd: machine.workspace, timeLimit })
  try {
    if (asked.code === 0) return JSON.parse(asked.stdout) as unknown
  } catch {
    // Told below.
  }
  ports.log.debug(`${file.file}: melange compile ended with code ${asked.code}: ${lastLine(asked.stderr)}`)
  return undefined
}
