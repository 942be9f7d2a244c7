import type { KitDistribution } from './kit-distribution.ts'
import type { KitTool } from './kit-tools.ts'

export interface LocalInputs {
  readonly tools: readonly KitTool[]
  /** URL that the mirror folder is served at. */
  readonly mirror: string
  readonly distribution: KitDistribution
}

/** The inputs that build the example on this machine alone: tools from the mirror, packages from the local distribution. */
export function localInputs({ tools, mirror, distribution }: LocalInputs): Record<string, string> {
  const pins = tools.flatMap(({ tool, version, sha256 }) => [
    [`${tool}-version`, version],
    [`${tool}-sha256`, sha256],
  ])
  return {
    ...Object.fromEntries(pins),
    'tools-mirror': mirror,
    'melange-config': 'melange.local.yaml',
    'apko-config': 'apko.local.yaml',
    'env-file': 'offline.env',
    'build-repository-append': distribution.folder,
    'keyring-append': distribution.publicKey,
    // A scanner's database is not on this machine.
    scan: 'false',
  }
}
