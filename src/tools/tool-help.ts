/** Flags that a cobra command's help lists, its global ones too: `--lockfile`. */
export function parseFlags(help: string): readonly string[] {
  return [...help.matchAll(/^ {2,}(?:-\w, )?(--[a-z0-9][a-z0-9-]*)/gm)].flatMap(([, flag]) => flag ?? [])
}

/** The version in what `<tool> version` prints, without `v`: that of its GitVersion line, else the first that looks like one. */
export function parseVersion(text: string): string | undefined {
  const named = /^GitVersion:\s+v?(\S+)/m.exec(text)?.[1]
  return named ?? /\bv?(\d+\.\d+\.\d+\S*)/.exec(text)?.[1]
}
