/** One way of logging in that a server offers (RFC 9110, section 11.6.1). */
export interface Challenge {
  /** In lower case: `bearer`, `basic`. */
  readonly scheme: string
  /** Names in lower case. */
  readonly parameters: Readonly<Record<string, string>>
}

const token = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y
const gap = /[\s,]*/y
const space = /[ \t]*/y
const string = /"((?:[^"\\]|\\.)*)"/y
const token68 = /[A-Za-z0-9\-._~+/]+=*(?=\s*(?:,|$))/y

/**
 * Reads a WWW-Authenticate header, which may hold several challenges with commas between them and within them.
 * Reading ends where the header stops making sense: what came before is answered.
 */
export function parseChallenges(header: string): readonly Challenge[] {
  const challenges: Challenge[] = []
  let at = 0
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at
    const match = pattern.exec(header)
    if (match !== null) at = pattern.lastIndex
    return match
  }
  let current: { scheme: string; parameters: Record<string, string> } | undefined
  for (;;) {
    take(gap)
    const name = take(token)?.[0].toLowerCase()
    if (name === undefined) return challenges
    const afterName = at
    take(space)
    if (header[at] === '=' && current !== undefined) {
      at += 1
      take(space)
      const value = take(string)?.[1]?.replace(/\\(.)/g, '$1') ?? take(token)?.[0]
      if (value === undefined) return challenges
      current.parameters[name] = value
      continue
    }
    current = { scheme: name, parameters: {} }
    challenges.push(current)
    // A scheme followed by a space may bring a bare token instead of parameters: nothing that we need.
    if (at > afterName) take(token68)
  }
}
