/** A command line as the tools read it: `build apko.yaml name:tag out/ --arch amd64,arm64 --vcs=false`. */
export interface FakeArguments {
  /** What is no flag and no value of one, the command first. */
  readonly words: readonly string[]
  /** Values of a flag, in their order. */
  readonly all: (flag: string) => readonly string[]
  /** Its last value; empty when it was not given. */
  readonly one: (flag: string) => string
}

/** Every flag of the fakes has a value. */
export function readArguments(argv: readonly string[]): FakeArguments {
  const words: string[] = []
  const values: (readonly [string, string])[] = []
  for (let at = 0; at < argv.length; at += 1) {
    const argument = argv[at] ?? ''
    const equals = argument.indexOf('=')
    if (!argument.startsWith('-')) words.push(argument)
    else if (equals > 0) values.push([argument.slice(0, equals), argument.slice(equals + 1)])
    else values.push([argument, argv[(at += 1)] ?? ''])
  }
  const all = (flag: string): readonly string[] =>
    values.filter(([name]) => name === flag).map(([, value]) => value)
  return { words, all, one: flag => all(flag).at(-1) ?? '' }
}
