import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { readGrypeDistribution, readGrypeFindings } from './grype-report.ts'
import { objectsIn, readReport, textOf } from './json-document.ts'
import { runScanner } from './run-scanner.ts'
import { scannableSbom } from './scannable-sbom.ts'
import type { ScannerDriver, SeenPackage } from './scanner-driver.ts'

export interface GrypeSetting {
  readonly tool: Tool
  /** Absolute path of grype's folder of databases (`GRYPE_DB_CACHE_DIR`). */
  readonly database: string
  /** Milliseconds that one look may take. */
  readonly limit: number
}

/** Settings under which grype asks nobody and stops nothing: what its findings mean is ours to decide. */
export function grypeEnvironment(database: string): Record<string, string> {
  return {
    GRYPE_DB_CACHE_DIR: database,
    GRYPE_DB_AUTO_UPDATE: 'false',
    GRYPE_CHECK_FOR_APP_UPDATE: 'false',
    GRYPE_FAIL_ON_SEVERITY: '',
    NO_COLOR: '1',
  }
}

/** What grype ends with when its own threshold is met; the report is whole then. */
const aboveThreshold = 2

/**
 * grype looks at the platform's complete SBOM, which is all that it needs of an apk: name, version, origin and distribution. In
 * the same run it writes what it read as CycloneDX, since its own report names only packages with findings.
 */
export function grypeDriver({ tool, database, limit }: GrypeSetting, ports: Ports): ScannerDriver {
  return {
    async look({ image, platform }, folder) {
      const [report, packages, config] = ['report.json', 'packages.json', 'grype.yaml'].map(name =>
        join(folder, name),
      ) as [string, string, string]
      // One of its own, so that no configuration of the workspace or of the user counts.
      await writeFile(config, '{}\n')
      const sbom = await scannableSbom(platform, folder)
      await runScanner(
        {
          tool,
          args: ['-c', config, `sbom:${sbom}`, '-o', `json=${report}`, '-o', `cyclonedx-json=${packages}`],
          env: grypeEnvironment(database),
          cwd: folder,
          limit,
          doing: `scan of ${platform.platform} in ${image.name}`,
          accepted: [0, aboveThreshold],
        },
        ports,
      )
      const found = await readReport(report, 'matches', tool.name)
      const seen = await readReport(packages, 'components', tool.name)
      return {
        findings: readGrypeFindings(found),
        packages: objectsIn(seen['components']).flatMap(readComponent),
        distribution: readGrypeDistribution(found),
      }
    },
  }
}

function readComponent(component: Readonly<Record<string, unknown>>): readonly SeenPackage[] {
  if (!textOf(component['purl']).startsWith('pkg:apk/')) return []
  return [{ name: textOf(component['name']), version: textOf(component['version']) }]
}
