/** What an apko run printed, taken apart. */
export interface ApkoLog {
  /** Lines of the error, once, without "Error: "; empty when there is none. */
  readonly errors: readonly string[]
  /** Texts of WARN lines, each once. */
  readonly warnings: readonly string[]
  /** The last lines, at most 10, for an error that we cannot read. */
  readonly tail: readonly string[]
}

/** apko prints its error twice; the second time after these words. */
const secondTime = /^\S+ \S+ (?:\w+ )?error during command execution: /

/** Passes lines on until apko starts to repeat its error. */
export function untilRepeated(onLine: (line: string) => void): (line: string) => void {
  let repeated = false
  return line => {
    repeated ||= secondTime.test(line)
    if (!repeated) onLine(line)
  }
}

/** Reads the lines of an apko run, as {@link untilRepeated} lets them pass. */
export function readApkoLog(lines: readonly string[]): ApkoLog {
  const start = lines.findIndex(line => line.startsWith('Error: '))
  const errors = start < 0 ? [] : lines.slice(start).map(line => line.replace(/^Error: /, ''))
  const warnings = lines.flatMap(line => /^\S+ \S+ WARN (.*)$/.exec(line)?.[1] ?? [])
  return { errors, warnings: [...new Set(warnings)], tail: lines.slice(-10) }
}
