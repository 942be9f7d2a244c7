import { runInNewContext } from 'node:vm'
import { Wrong } from './wrong.ts'

/** How long a pattern may take: some take years for a text of forty letters. */
const timeLimit = 1000

/** A regular expression of the user, `v(.*)` or with flags `/v(.*)/i`. Throws Wrong when it is none. */
export function readPattern(text: string, name: string): RegExp {
  const [, source = text, flags = ''] = name === 'pattern' ? (/^\/(.+)\/(.*)$/.exec(text) ?? []) : []
  try {
    return new RegExp(source, flags)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new Wrong(`${name} is ${JSON.stringify(text)}, which is not a regular expression: ${reason}`)
  }
}

/** How many groups a pattern has. */
export function groupsIn({ source, flags }: RegExp): number {
  return (new RegExp(`${source}|`, flags.replace(/[gy]/g, '')).exec('')?.length ?? 1) - 1
}

/** As `text.match(pattern)`, in a limited time. Throws Wrong when that is not enough. */
export function matchIn(text: string, pattern: RegExp): readonly (string | undefined)[] | undefined {
  const code = 'const found = text.match(pattern); found === null ? undefined : [...found]'
  try {
    const found: unknown = runInNewContext(code, { text, pattern }, { timeout: timeLimit })
    return isList(found) ? Array.from(found) : undefined
  } catch (error) {
    if (!isTimeout(error)) throw error
    throw new Wrong(
      `the pattern ${String(pattern)} takes more than a second on ${JSON.stringify(text)}`,
      'Do not repeat what repeats itself, as in (a+)+.',
    )
  }
}

/** An array of another context is no instance of ours. */
function isList(value: unknown): value is ArrayLike<string | undefined> {
  return typeof value === 'object' && value !== null && 'length' in value
}

function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  )
}
