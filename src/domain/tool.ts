/** The tools that build. */
export type BuilderName = 'apko' | 'melange'

/** The tools that look for vulnerabilities. */
export type ScannerName = 'grype' | 'trivy'

/** The tools whose releases we pin. */
export type ToolName = BuilderName | ScannerName

/** A tool that is ready to run. */
export interface Tool {
  readonly name: ToolName
  /** Version without `v`, as the tool itself reports it: `1.2.39`. */
  readonly version: string
  /** Absolute path of the binary. */
  readonly path: string
  /** sha256 (hex) of the release tarball; of the binary when it came by path. */
  readonly sha256: string
  /** Where it came from: the cache, a download, or the user. */
  readonly source: 'cache' | 'download' | 'path'
  /** Flags of `build`, as its own help lists them: `--build-repository-append`; none of a scanner. */
  readonly flags: ReadonlySet<string>
}

/** Whether `build` of this very binary takes the flag (`--lockfile`). */
export function takesFlag(tool: Tool, flag: string): boolean {
  return tool.flags.has(flag)
}
