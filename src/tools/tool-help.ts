/** Flags that a cobra command's help lists, its global ones too: `--lockfile`. */
export function parseFlags(help: string): readonly string[] {
  return [...help.matchAll(/^ {2,}(?:-\w, )?(--[a-z0-9][a-z0-9-]*)/gm)].flatMap(([, flag]) => flag ?? [])
}

/** The version in what `<tool> version` prints, without `v`: that of its GitVersion line, else the first that looks like one. */
export function parseVersion(text: string): string | undefined {
  const named = /^GitVersion:\s+v?(\S+)/m.exec(text)?.[1]
  return named ?? /\bv?(\d+\.\d+\.\d+\S*)/.exec(text)?.[1]
}

/** The version in what a scanner's `version` prints as JSON (grype's `version`, trivy's `Version`), without `v`. */
export function parseVersionJson(text: string): string | undefined {
  try {
    const said: unknown = JSON.parse(text)
    if (typeof said !== 'object' || said === null) return undefined
    const version = 'version' in said ? said.version : 'Version' in said ? said.Version : undefined
    return typeof version === 'string' ? /^v?(\d+\.\d+\.\d+\S*)$/.exec(version)?.[1] : undefined
  } catch {
    return undefined
  }
}
