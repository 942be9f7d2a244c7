import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { KitFailure } from './kit-failure.ts'

export interface RunOptions {
  readonly cwd?: string
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Gets each line of standard error as it comes. */
  readonly onLine?: (line: string) => void
}

const tailLines = 15

/** Runs a program to its end and answers its standard output. A KitFailure, with the last lines of its errors, unless it exits with 0. */
export async function run(tool: string, args: readonly string[], options: RunOptions = {}): Promise<Buffer> {
  const child = spawn(tool, args, { cwd: options.cwd, env: { ...process.env, ...options.env } })
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once('error', cause => reject(new KitFailure(`${tool} cannot be run: ${cause.message}`)))
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
  })
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const [code, output, errors] = await Promise.all([
    ended,
    collect(child.stdout),
    tail(child.stderr, options.onLine),
  ])
  if (code === 0) return output
  throw new KitFailure([`${tool} ${args[0] ?? ''} ended with ${code}:`, ...errors].join('\n  '))
}

/** Path of the first of the programs that is on PATH. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'].filter(Boolean)
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function tail(stream: AsyncIterable<Buffer>, onLine?: (line: string) => void): Promise<string[]> {
  const last: string[] = []
  const decoder = new TextDecoder()
  let rest = ''
  const take = (line: string): void => {
    onLine?.(line)
    last.push(line)
    if (last.length > tailLines) last.shift()
  }
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
  }
  if (rest) take(rest)
  return last
}
