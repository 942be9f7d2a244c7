import { readLine, type MelangeLine } from './melange-lines.ts'

/** What the log of one build tells while it runs, kept small however long it is. */
export interface BuildWatch {
  /** Takes one line as melange printed it. */
  take(line: string): void
  /** Subpackage whose pipeline has begun last; undefined in the main pipeline. */
  readonly subpackage: string | undefined
  /** Names of the steps that have begun in that pipeline. Steps without `name` and `uses` leave no trace. */
  readonly begun: readonly string[]
  /** Last lines since the step began, without the error at the end. */
  readonly lines: readonly MelangeLine[]
  /** The error that melange ended with, without its usual first words; empty when it printed none. */
  readonly error: string
  /** What went wrong while repositories were read, each once. */
  readonly warnings: readonly string[]
  /** Images that melange loaded into the container engine: `melange:<pid>-<hex>`. */
  readonly images: readonly string[]
  /** Images of apko that it has not deleted itself: `apko.local/cache:<sha256>`. */
  readonly cached: readonly string[]
}

const mostLines = 200
/** After these, what was printed before says nothing any more. */
const begins = /^(installing \S+ \(\S+\)|linting apk: |running the main test pipeline)/

/** How a program in Go dies of a bug of its own; a trace follows. */
const crash = /^(panic|fatal error): /

export function openBuildWatch(): BuildWatch {
  let subpackage: string | undefined
  let begun: string[] = []
  let lines: MelangeLine[] = []
  let error: MelangeLine[] = []
  const [warnings, images, cached] = [new Set<string>(), new Set<string>(), new Set<string>()]

  const begin = (): void => {
    lines = []
    error = []
  }
  const note = (text: string): void => {
    const [, source, tag] =
      /^tagging local image (\S+) as (?:\S+\/)?(melange:\d+-[0-9a-f]+)$/.exec(text) ?? []
    if (tag !== undefined) images.add(tag)
    if (source?.startsWith('apko.local/cache:')) cached.add(source)
    cached.delete(/^deleting image (\S+)$/.exec(text)?.[1] ?? '')
    if (/^(getting local index|skipping signature) /.test(text)) warnings.add(text)
  }
  return {
    take(raw) {
      const line = readLine(raw)
      note(line.text)
      const step = /^running step "(.*)"$/.exec(line.text)?.[1]
      const started = /^running (?:test )?pipeline for subpackage (\S+)$/.exec(line.text)?.[1]
      if (started !== undefined) [subpackage, begun] = [started, []]
      if (step !== undefined) begun.push(step.replaceAll(/\\(["\\])/g, '$1'))
      if (step !== undefined || started !== undefined || begins.test(line.text)) return begin()
      if (line.level === undefined && error.length > 0) return void error.push(line)
      lines.push(...error)
      error = []
      if (line.level === 'error' || crash.test(line.text)) error.push(line)
      else lines.push(line)
      lines.splice(0, Math.max(0, lines.length - mostLines))
    },
    get subpackage() {
      return subpackage
    },
    get begun() {
      return begun
    },
    get lines() {
      return lines
    },
    get error() {
      return error
        .map(({ text }) => text)
        .join('\n')
        .replace(/^failed to build package: /, '')
        .replace(/\n\s*goroutine \d.*/s, '')
        .trim()
    },
    get warnings() {
      return [...warnings]
    },
    get images() {
      return [...images]
    },
    get cached() {
      return [...cached]
    },
  }
}
