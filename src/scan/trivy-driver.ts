import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { layOutPlatform } from './platform-layout.ts'
import { runScanner } from './run-scanner.ts'
import type { ScannerDriver } from './scanner-driver.ts'
import { readReport } from './scanner-report.ts'
import { readSources } from './trivy-sources.ts'
import { readTrivyDistribution, readTrivyFindings, readTrivyPackages } from './trivy-report.ts'

export interface TrivySetting {
  readonly tool: Tool
  /** Absolute path of trivy's cache folder, which has the database below `db`. */
  readonly database: string
  /** Milliseconds that one look may take. */
  readonly limit: number
}

/** Settings under which trivy asks nobody and stops nothing: what its findings mean is ours to decide. */
export const trivyEnvironment = {
  TRIVY_EXIT_CODE: '0',
  TRIVY_SKIP_VERSION_CHECK: 'true',
  TRIVY_DISABLE_TELEMETRY: 'true',
  TRIVY_NO_PROGRESS: 'true',
  NO_COLOR: '1',
}

/**
 * trivy looks at the file system of the platform, in an OCI layout that lists it alone: from an SBOM it would take an apk's
 * origin, by which most vulnerabilities are told, only in a form of its own, and the distribution only from a package of its own.
 */
export function trivyDriver({ tool, database, limit }: TrivySetting, ports: Ports): ScannerDriver {
  return {
    async look(target, folder) {
      const [layout, file] = [join(folder, 'layout'), join(folder, 'report.json')]
      await layOutPlatform(target, layout)
      const sources = await readSources(database)
      const seconds = Math.ceil(limit / 1000)
      const paths = ['--input', layout, '--cache-dir', database, '--output', file]
      const wish = ['--scanners', 'vuln', '--format', 'json', '--list-all-pkgs', '--timeout', `${seconds}s`]
      const alone = ['--skip-db-update', '--offline-scan', '--cache-backend', 'memory']
      const doing = `scan of ${target.platform.platform} in ${target.image.name}`
      const { stderr } = await runScanner(
        {
          tool,
          args: ['image', ...paths, ...wish, ...alone],
          env: { ...trivyEnvironment, TMPDIR: folder },
          cwd: folder,
          limit,
          doing,
        },
        ports,
      )
      return readReport({ tool, doing, file, list: 'Results' }, report => ({
        findings: readTrivyFindings(report),
        packages: readTrivyPackages(report),
        distribution: readTrivyDistribution(report, { sources, words: stripVTControlCharacters(stderr) }),
      }))
    },
  }
}
