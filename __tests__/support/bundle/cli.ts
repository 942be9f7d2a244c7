import { spawn } from 'node:child_process'
import { resolve } from 'node:path'

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs `dist/cli.js` in a folder, with no environment but the given. */
export async function runCli(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<CliResult> {
  const child = spawn(process.execPath, [resolve('dist/cli.js'), ...args], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk: Buffer) => void (texts.stdout += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => void (texts.stderr += chunk.toString()))
  const code = await new Promise<number | null>(settle => child.once('close', settle))
  return { code, ...texts }
}
