import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import type { Command, Finished } from '../ports.ts'
import { killGroup } from './children.ts'
import { keepOutput } from './kept-output.ts'
import { openLines } from './lines.ts'
import { spawnFailure } from './spawn-failure.ts'

/** Bytes of each stream that `Finished` keeps, unless told: the last ones. */
const usualBytes = 1024 * 1024
/** Milliseconds that we wait for output after the exit: a grandchild may hold the pipe open for ever. */
const outputGrace = 2_000

export interface Spawning {
  readonly env: Readonly<Record<string, string>>
  readonly onLine: (line: string) => void
  readonly onStart: (child: ChildProcess) => void
  readonly keptBytes?: number
}

/** Runs the program in a process group of its own until it and its output have ended. A death by signal N is code 128 + N. */
export function runSpawned(
  command: Command,
  { env, onLine, onStart, keptBytes = usualBytes }: Spawning,
): Promise<Finished> {
  const { tool, args, cwd, input, timeLimit } = command
  return new Promise((resolve, reject) => {
    const child = spawn(tool, [...args], { ...(cwd !== undefined && { cwd }), env, detached: true })
    let timedOut = false
    const outOfTime = (): void => {
      timedOut = true
      killGroup(child)
    }
    const limit = timeLimit === undefined ? undefined : setTimeout(outOfTime, timeLimit)
    const collect = [child.stdout, child.stderr].map(stream => {
      const lines = openLines(onLine)
      const kept = keepOutput(keptBytes)
      stream.on('data', (chunk: Buffer) => {
        kept.write(chunk)
        lines.write(chunk)
      })
      return { lines, kept }
    })
    child.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(limit)
      const noFolder = cwd !== undefined && !existsSync(cwd)
      reject(noFolder ? new Error(`there is no folder ${cwd}`) : spawnFailure(tool, error.code ?? '', error))
    })
    child.once('exit', () => {
      const timer = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, outputGrace)
      child.once('close', () => clearTimeout(timer))
    })
    child.once('close', (code, signal) => {
      for (const { lines } of collect) lines.end()
      const [stdout = '', stderr = ''] = collect.map(({ kept }) => kept.text())
      const { pid } = child
      clearTimeout(limit)
      resolve({
        code: exitCode(code, signal),
        stdout,
        stderr,
        ...(pid !== undefined && { pid }),
        ...(timedOut && { timedOut }),
      })
    })
    // A program that does not read its input to the end is no failure of ours.
    child.stdin.on('error', () => {})
    child.stdin.end(input ?? '')
    if (child.pid !== undefined) onStart(child)
  })
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal])
}
