import { stripVTControlCharacters } from 'node:util'
import { Failure } from '../domain/failure.ts'
import type { Tool } from '../domain/tool.ts'
import type { Finished, Ports } from '../ports.ts'
import { boundLines } from './bounded-lines.ts'

export interface ScannerCall {
  readonly tool: Tool
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Folder that it runs in: one without configuration files of the workspace. */
  readonly cwd: string
  /** Milliseconds that it may take. */
  readonly limit: number
  /** What it does, in words: `scan of linux/amd64 in senhas`. */
  readonly doing: string
  /** Whether an end with another code than 0 tells of findings, not of an error. */
  readonly tellsFindings?: (finished: Finished) => boolean
}

/** Runs a scanner to its end. Fails with SCAN_FAILED in its own words, when it fails or takes too long, and with DISK_FULL. */
export async function runScanner(
  call: ScannerCall,
  { processes, log }: Pick<Ports, 'processes' | 'log'>,
): Promise<Finished> {
  const { tool, args, env, cwd, limit, tellsFindings = () => false } = call
  // Each is a write to the runner, which may be slower than the scanner.
  const lines = boundLines(line => log.debug(`${tool.name}: ${line}`))
  const finished = await processes.run({
    tool: tool.path,
    args,
    env,
    cwd,
    timeLimit: limit,
    onLine: lines.write,
  })
  lines.end()
  if (finished.timedOut === true) throw tooLong(call)
  if (finished.code !== 0 && !tellsFindings(finished)) throw scannerFailure(call, finished)
  return finished
}

function tooLong({ tool, doing, limit }: ScannerCall): Failure {
  return new Failure(
    'SCAN_FAILED',
    `${tool.name}: ${doing} took longer than ${limit / 1000} s and was ended`,
    {
      hint: `Set deadline to more than ${Math.ceil(limit / 60_000)}m, or give the runner more to work with; nothing was pushed.`,
    },
  )
}

function scannerFailure(call: ScannerCall, finished: Finished): Failure {
  const { tool, doing } = call
  const words = lastWords(finished)
  if (/no space left on device|disk quota exceeded|database or disk is full/i.test(finished.stderr)) {
    return new Failure('DISK_FULL', `no space left for ${tool.name}: ${doing}: ${words}`, {
      hint: 'Make room in RUNNER_TEMP and RUNNER_TOOL_CACHE.',
    })
  }
  const end =
    finished.code > 128 ? `was ended by signal ${finished.code - 128}` : `ended with ${finished.code}`
  return new Failure('SCAN_FAILED', `${tool.name} ${tool.version}: ${doing} ${end}: ${words}`, {
    hint: `Nothing was pushed. Run again with debug logging to see all that ${tool.name} says, or take another ${tool.name}-version.`,
  })
}

/** What a scanner said of its error at last, in one line, without time and colours. */
export function lastWords({ stderr, stdout }: Pick<Finished, 'stdout' | 'stderr'>): string {
  const text = stderr.trim() === '' ? stdout : stderr
  const lines = stripVTControlCharacters(text).trim().split('\n')
  const panic = lines.find(line => /^(?:panic|fatal error):/.test(line))
  if (panic !== undefined) return shortened(panic)
  const at = lines.findLastIndex(line => /\b(?:ERROR|FATAL)\b/.test(line))
  if (at < 0) return shortened(lines.at(-1) ?? '')
  const rest = lines.slice(at + 1)
  const next = rest.findIndex(line => logHead.test(line))
  return shortened([lines[at] ?? '', ...rest.slice(0, next < 0 ? undefined : next)].join(' '))
}

/** What lines of a log begin with: `[0001]` (grype), a time (trivy). */
const logHead = /^\s*(?:\[\d+\]|\d{4}-\d\d-\d\dT\S+)/

function shortened(words: string): string {
  const bare = words.replace(logHead, '').replace(/^\s*(?:ERROR|FATAL|WARN)\b/, '')
  const text = bare.replace(/\s+/g, ' ').trim()
  return text === '' ? 'it said nothing' : text.slice(0, 600)
}
