export interface BoundedLines {
  readonly write: (line: string) => void
  /** Passes on the last lines, and how many were left out before them. */
  readonly end: () => void
}

/** Lines of each end that are passed on. */
const most = 2000
/** Characters of a line that are passed on. */
const longest = 4000

/** Passes on the first and the last lines of what a program says, which may be without end; of a long line its beginning. */
export function boundLines(onLine: (line: string) => void): BoundedLines {
  let count = 0
  const last: string[] = []
  return {
    write(line) {
      const text = line.length > longest ? `${line.slice(0, longest)}…` : line
      if (count < most) onLine(text)
      else last[count % most] = text
      count += 1
    },
    end() {
      const left = count - 2 * most
      if (left > 0) onLine(`${left} lines are left out here`)
      const first = left > 0 ? count % most : 0
      for (const line of [...last.slice(first), ...last.slice(0, first)]) onLine(line)
    },
  }
}
