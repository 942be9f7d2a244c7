import { Failure } from '../domain/failure.ts'
import type { Machine } from '../domain/machine.ts'
import type { ToolName } from '../domain/tool.ts'
import type { Finished, Ports } from '../ports.ts'
import { parseFlags, parseVersion, parseVersionJson } from './tool-help.ts'

/** What a binary says of itself. */
export interface AskedTool {
  readonly version: string
  readonly flags: readonly string[]
}

/** How a tool is asked for its version as JSON; the builders tell theirs as text. */
const jsonVersion: Readonly<Partial<Record<ToolName, readonly string[]>>> = {
  grype: ['version', '-o', 'json'],
  trivy: ['version', '-f', 'json'],
}

/** A scanner is not to ask anybody whether there is a newer one. */
const quiet = { GRYPE_CHECK_FOR_APP_UPDATE: 'false', TRIVY_SKIP_VERSION_CHECK: 'true' }

/**
 * Asks a binary for its version and, a builder, for the flags of `build`. Fails with TOOL_UNSUITED when it cannot run on this
 * machine, or is something else.
 */
export async function askTool(
  name: ToolName,
  path: string,
  { machine, processes }: Pick<Ports, 'processes'> & { readonly machine: Machine },
): Promise<AskedTool> {
  const ask = async (...args: string[]): Promise<string> => {
    const finished = await processes.ask({ tool: path, args, env: quiet }).catch(cause => {
      throw cause instanceof Failure ? unsuited(cause.message, cause) : cause
    })
    if (finished.code !== 0)
      throw unsuited(`${args.join(' ')} ended with ${finished.code}${lastLine(finished)}`)
    return finished.stdout
  }
  const unsuited = (why: string, cause?: unknown): Failure => {
    const platform = `${machine.os}/${machine.architecture.name}`
    return new Failure('TOOL_UNSUITED', `this ${name} cannot be used on ${platform}: ${path}: ${why}`, {
      hint: `Take a build of ${name} that is made for ${platform}.`,
      cause,
    })
  }
  const asJson = jsonVersion[name]
  if (asJson !== undefined) {
    const version = parseVersionJson(await ask(...asJson))
    if (version === undefined) throw unsuited('it does not tell its version')
    return { version, flags: [] }
  }
  const [said, help] = await Promise.all([ask('version'), ask('build', '--help')])
  const version = parseVersion(said)
  if (version === undefined) throw unsuited('it does not tell its version')
  const flags = parseFlags(help)
  if (flags.length === 0) throw unsuited('the help of its build lists no flags')
  return { version, flags }
}

function lastLine({ stdout, stderr }: Finished): string {
  const line = `${stdout}\n${stderr}`.trim().split('\n').at(-1)?.trim()
  return line ? `: ${line.slice(0, 200)}` : ''
}
