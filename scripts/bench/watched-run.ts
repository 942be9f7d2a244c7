import { spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { sampleProcess } from './process-sample.ts'

export interface Program {
  readonly tool: string
  readonly args: readonly string[]
  readonly cwd: string
  /** The whole environment. */
  readonly env: NodeJS.ProcessEnv
  /** File that gets its output. */
  readonly log: string
}

/** What a run took. Seconds, bytes. */
export interface WatchedRun {
  readonly wall: number
  /** CPU time of the process itself, without its children. */
  readonly ownCpu: number
  /** Wall time in which it had no live child. */
  readonly alone: number
  /** Wall time in which neither melange nor apko ran as its child. */
  readonly withoutTools: number
  /** Wall time of `melange keygen`, 0 when it was not run. */
  readonly keygen: number
  /** Most memory that the process held. */
  readonly peak: number
}

const interval = 20

/** Runs a program to its end and looks at it every 20 milliseconds. Throws, with the end of its output, unless it exits with 0. */
export async function watchRun({ tool, args, cwd, env, log }: Program): Promise<WatchedRun> {
  const output = await open(log, 'w')
  const begun = performance.now()
  const child = spawn(tool, [...args], { cwd, env, stdio: ['ignore', output.fd, output.fd] })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
  const seen = { ownCpu: 0, alone: 0, withoutTools: 0, keygen: 0, peak: 0 }
  let last = begun
  const look = (): void => {
    const sample = child.pid === undefined ? undefined : sampleProcess(child.pid)
    if (sample === undefined) return
    const now = performance.now()
    const passed = (now - last) / 1000
    last = now
    seen.ownCpu = sample.cpu
    seen.peak = sample.peak
    if (sample.children.length === 0) seen.alone += passed
    if (!sample.children.some(child => /^(melange|apko) /.test(child))) seen.withoutTools += passed
    if (sample.children.includes('melange keygen')) seen.keygen += passed
  }
  const timer = setInterval(look, interval)
  try {
    const code = await ended
    const end = performance.now()
    // Nobody saw the last moment; it was its own.
    const rest = (end - last) / 1000
    if (code !== 0)
      throw new Error(`${tool} ended with ${code}:\n${(await readFile(log, 'utf8')).slice(-2000)}`)
    return {
      ...seen,
      alone: seen.alone + rest,
      withoutTools: seen.withoutTools + rest,
      wall: (end - begun) / 1000,
    }
  } finally {
    clearInterval(timer)
    await output.close()
  }
}
