import { existsSync } from 'node:fs'
import { getExecOutput } from '@actions/exec'
import { Failure } from '../domain/failure.ts'
import type { Command, Finished, Processes } from '../ports.ts'
import { childEnvironment } from './child-environment.ts'
import type { Children } from './children.ts'
import { spawnFailure } from './spawn-failure.ts'
import { runSpawned } from './spawned.ts'

export interface ProcessesOptions {
  /** Our own environment; children get it without what is secret. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly children: Children
}

/**
 * The Processes port. `ask` still works after a cancel, so that what was left behind can be swept; one that a cancel meets fails
 * with CANCELLED, and is interrupted where input is given. A program that reads its
 * input needs one given, if only an empty one.
 */
export function openProcesses({ env, children }: ProcessesOptions): Processes {
  return {
    async ask(command) {
      const given = childEnvironment(env, command.env)
      // @actions/exec dies of a program that leaves its input unread.
      const before = children.cancelled
      const finished = await (command.input === undefined
        ? askQuietly(command, given)
        : runSpawned(command, { env: given, onLine: () => {}, onStart: child => children.add(child) }))
      if (children.cancelled && !before) throw cancelled(command)
      return finished
    },
    async run(command) {
      if (children.cancelled) throw cancelled(command)
      const finished = await runSpawned(command, {
        env: childEnvironment(env, command.env),
        onLine: command.onLine,
        onStart: child => children.add(child),
      })
      if (children.cancelled) throw cancelled(command)
      return finished
    },
  }
}

async function askQuietly(command: Command, env: Record<string, string>): Promise<Finished> {
  const { tool, args, cwd } = command
  try {
    const { exitCode, stdout, stderr } = await getExecOutput(quoted(tool), [...args], {
      silent: true,
      ignoreReturnCode: true,
      env,
      ...(cwd !== undefined && { cwd }),
    })
    return { code: exitCode, stdout, stderr }
  } catch (error) {
    throw askFailure(tool, error)
  }
}

/** @actions/exec throws plain errors; what happened is only in their words. */
function askFailure(tool: string, error: unknown): unknown {
  const message = error instanceof Error ? error.message : ''
  if (message.startsWith('Unable to locate executable file')) {
    const notExecutable = tool.includes('/') && existsSync(tool)
    return spawnFailure(tool, notExecutable ? 'EACCES' : 'ENOENT', error)
  }
  const code = /Error: spawn .*?\b(E[A-Z]+|Unknown system error -?\d+)$/.exec(message)?.[1]
  return code === undefined ? error : spawnFailure(tool, code, error)
}

/** @actions/exec reads the program as a command line, where only quotes keep blanks together. */
function quoted(tool: string): string {
  return `"${tool.replaceAll('"', '\\"')}"`
}

function cancelled({ tool }: Command): Failure {
  return new Failure('CANCELLED', `the run was cancelled, ${tool.split('/').at(-1)} with it`)
}
