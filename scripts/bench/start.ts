import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import type { Figure } from './figure.ts'
import { alternate, medianOf } from './rounds.ts'

export interface StartBench {
  readonly folder: string
  /** Folder with the bundles. */
  readonly dist: string
  readonly rounds: number
}

const most = 1.3

/** From the start of node to the first line on standard output: the action against an action that does nothing. */
export async function benchStart({ folder, dist, rounds }: StartBench): Promise<Figure> {
  const empty = await bundle('empty-action.ts', join(folder, 'empty-action'))
  const contest = {
    theirs: () => firstLine(empty, folder),
    ours: () => firstLine(join(dist, 'index.js'), folder),
  }
  // The first runs read the files from disk.
  await alternate({ rounds: 2, ...contest })
  const runs = await alternate({ rounds, ...contest })
  const [action, nothing] = [medianOf(runs, round => round.ours), medianOf(runs, round => round.theirs)]
  const ratio = action / nothing
  return {
    what: `start of \`dist/index.js\` to its first line, as a part of an empty action's; medians of ${rounds} runs each`,
    measured: `${ratio.toFixed(2)}: ${action.toFixed(0)} ms against ${nothing.toFixed(0)} ms`,
    toReach: `at most ${most}`,
    met: ratio <= most,
  }
}

/** Milliseconds to the first line; the program is ended then. */
async function firstLine(script: string, folder: string): Promise<number> {
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    TMPDIR: folder,
    GITHUB_ACTIONS: 'true',
    GITHUB_WORKSPACE: folder,
    RUNNER_TEMP: folder,
    RUNNER_TOOL_CACHE: folder,
  }
  const begun = performance.now()
  const child = spawn(process.execPath, [script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] })
  return new Promise((resolve, reject) => {
    let time: number | undefined
    child.stdout.on('data', (chunk: Buffer) => {
      if (time !== undefined || !chunk.includes('\n')) return
      time = performance.now() - begun
      child.kill('SIGKILL')
    })
    child.once('error', reject)
    child.once('close', () => {
      if (time === undefined) reject(new Error(`${script} wrote no line`))
      else resolve(time)
    })
  })
}
