import { Failure } from '../domain/failure.ts'
import type { Command, Processes } from '../ports.ts'
import { childEnvironment } from './child-environment.ts'
import type { Children } from './children.ts'
import { runSpawned } from './spawned.ts'

export interface ProcessesOptions {
  /** Our own environment; children get it without what is secret. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly children: Children
}

/** Milliseconds that `ask` gives a program, unless told. */
const askLimit = 60_000
/** Bytes of each stream that `ask` keeps: answers are read whole. */
const askedBytes = 64 * 1024 * 1024

/**
 * The Processes port. `ask` still works after a cancel, so that what was left behind can be swept; one that a cancel meets is
 * interrupted, and fails with CANCELLED.
 */
export function openProcesses({ env, children }: ProcessesOptions): Processes {
  return {
    async ask(command) {
      const before = children.cancelled
      const timeLimit = command.timeLimit ?? askLimit
      const finished = await runSpawned(
        { ...command, timeLimit },
        {
          env: childEnvironment(env, command.env),
          keptBytes: askedBytes,
          onLine: () => {},
          onStart: child => children.add(child),
        },
      )
      if (children.cancelled && !before) throw cancelled(command)
      if (finished.timedOut === true) throw tooLong(command, timeLimit)
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

function nameOf({ tool }: Command): string {
  return tool.split('/').at(-1) ?? tool
}

function cancelled(command: Command): Failure {
  return new Failure('CANCELLED', `the run was cancelled, ${nameOf(command)} with it`)
}

/** Only the first argument is told, and no option: others may be secret. */
function tooLong(command: Command, limit: number): Failure {
  const [first = ''] = command.args
  const verb = /^[a-z][a-z-]*$/.test(first) ? ` ${first}` : ''
  return new Failure(
    'TOOL_FAILED',
    `${nameOf(command)}${verb} did not end within ${limit / 1000} s and was ended`,
    { hint: `Run it by hand to see what ${nameOf(command)} waits for: ${command.tool}` },
  )
}
