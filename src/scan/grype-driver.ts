import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tool } from '../domain/tool.ts'
import type { Finished, Ports } from '../ports.ts'
import { readGrypeDistribution, readGrypeFindings } from './grype-report.ts'
import { objectsIn, textOf, type JsonObject } from './json-document.ts'
import { layOutPlatform } from './platform-layout.ts'
import { runScanner } from './run-scanner.ts'
import { scannableSbom } from './scannable-sbom.ts'
import type { ScannerDriver, ScanReport, SeenPackage } from './scanner-driver.ts'
import { readReport } from './scanner-report.ts'

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

/** How grype ends when its own threshold is met; the report is whole then. A crash of a Go program ends with 2, too. */
function isAboveThreshold({ code, stderr }: Finished): boolean {
  return code === 2 && /severity threshold/.test(stderr)
}

/**
 * grype looks at the platform's complete SBOM, which has all that it needs of an apk, and beside that at the file system for
 * what no SBOM of apko lists: the Python, Go, Node packages that a recipe put into an apk. With the SBOM it writes what it read as
 * CycloneDX, since its own report names only packages with findings.
 */
export function grypeDriver(setting: GrypeSetting, ports: Ports): ScannerDriver {
  return {
    async look(target, folder) {
      const { image, platform } = target
      const [sbomFolder, filesFolder, layout] = ['sbom', 'files', 'layout'].map(name =>
        join(folder, name),
      ) as [string, string, string]
      const [sbom] = await Promise.all([
        scannableSbom(platform, folder),
        layOutPlatform(target, layout),
        mkdir(sbomFolder),
        mkdir(filesFolder),
      ])
      const where = `${platform.platform} in ${image.name}`
      const seen = join(sbomFolder, 'packages.json')
      const looks = await Promise.allSettled([
        runGrype(
          {
            ...setting,
            cwd: sbomFolder,
            args: [`sbom:${sbom}`, '-o', `cyclonedx-json=${seen}`],
            doing: `scan of the SBOM of ${where}`,
          },
          ports,
        ),
        runGrype(
          {
            ...setting,
            cwd: filesFolder,
            args: [`oci-dir:${layout}`],
            doing: `scan of the files of ${where}`,
          },
          ports,
        ),
      ])
      const [listed, files] = looks.map(look => {
        if (look.status === 'rejected') throw look.reason
        return look.value
      }) as [GrypeLook, GrypeLook]
      const list = {
        tool: setting.tool,
        doing: `list of what is in ${where}`,
        file: seen,
        list: 'components',
      }
      return {
        findings: [...listed.findings, ...files.findings.filter(({ kind }) => kind !== 'apk')],
        packages: await readReport(list, ({ components }) => objectsIn(components).flatMap(readComponent)),
        distribution: listed.distribution,
      }
    },
  }
}

interface GrypeRun extends GrypeSetting {
  /** What it is to look at, and what it is to write besides its own report. */
  readonly args: readonly string[]
  readonly doing: string
  /** An empty folder. */
  readonly cwd: string
}

type GrypeLook = Pick<ScanReport, 'findings' | 'distribution'>

/** Runs grype and reads its report. */
async function runGrype(
  { args, database, cwd, ...call }: GrypeRun,
  ports: Pick<Ports, 'processes' | 'log'>,
): Promise<GrypeLook> {
  const [file, config] = [join(cwd, 'report.json'), join(cwd, 'grype.yaml')]
  // One of its own, so that no configuration of the workspace or of the user counts.
  await writeFile(config, '{}\n')
  // The database was checked when it was made ready; it has some gigabytes.
  const env = { ...grypeEnvironment(database), GRYPE_DB_VALIDATE_BY_HASH_ON_START: 'false', TMPDIR: cwd }
  const all = ['-c', config, '-o', `json=${file}`, ...args]
  await runScanner({ ...call, args: all, env, cwd, tellsFindings: isAboveThreshold }, ports)
  return readReport({ ...call, file, list: 'matches' }, report => ({
    findings: readGrypeFindings(report),
    distribution: readGrypeDistribution(report),
  }))
}

function readComponent(component: JsonObject): readonly SeenPackage[] {
  if (!textOf(component['purl']).startsWith('pkg:apk/')) return []
  return [{ name: textOf(component['name']), version: textOf(component['version']) }]
}
