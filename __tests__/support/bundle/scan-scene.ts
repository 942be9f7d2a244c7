import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openCodeScanning, type CodeScanning } from '../github/code-scanning.ts'
import { startGithub, type GithubStandIn } from '../github/start.ts'
import type { StepOptions, StepResult } from '../runner/job.ts'
import type { FakeDatabase, FakeVulnerability } from './fake-grype.ts'
import { startJobRegistry, type JobRegistry } from './job-registry.ts'
import { apkoYaml, melangeYaml } from './sample-files.ts'
import { openScene, type Scene } from './scene.ts'

/** A job that scans what it builds, with a registry and GitHub's code scanning. */
export interface ScanScene extends AsyncDisposable {
  readonly scene: Scene
  readonly registry: JobRegistry
  readonly github: GithubStandIn
  readonly codeScanning: CodeScanning
  /** The main job: both files, pushed, with findings uploaded. */
  run(inputs?: Readonly<Record<string, string>>, more?: StepOptions): Promise<StepResult>
  /** What is known to be wrong from now on. */
  know(...vulnerabilities: readonly FakeVulnerability[]): Promise<void>
}

/** An openssl flaw in a package that no file names: busybox brings it in. */
export const opensslFlaw: FakeVulnerability = {
  id: 'CVE-2026-11111',
  package: 'libcrypto3',
  severity: 'Critical',
  fixedIn: ['3.5.1-r0'],
  description: 'A *made-up* flaw | in [libcrypto](https://evil.example).',
  epss: 0.42,
}

export async function openScanScene(
  files: Readonly<Record<string, string>> = { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml },
): Promise<ScanScene> {
  const ended = new AsyncDisposableStack()
  const scene = ended.use(await openScene({ files }))
  const registry = ended.use(await startJobRegistry())
  const codeScanning = openCodeScanning()
  const github = ended.use(await startGithub({ areas: [codeScanning.area] }))
  const grype = await layOutGrype(scene)
  const know = async (...vulnerabilities: readonly FakeVulnerability[]): Promise<void> => {
    const database: FakeDatabase = { vulnerabilities }
    await scene.write('vulnerabilities.json', JSON.stringify(database))
  }
  await know(opensslFlaw)
  return {
    scene,
    registry,
    github,
    codeScanning,
    know,
    run: (inputs = {}, more = {}) =>
      scene.step(
        '.',
        {
          ...registry.inputs,
          scan: 'grype',
          'grype-version': grype,
          'scan-database': 'vulnerabilities.json',
          'github-token': github.token,
          ...inputs,
        },
        {
          ...more,
          env: { GITHUB_API_URL: github.url, FAKE_APKO_BRINGS: 'busybox:libcrypto3', ...more.env },
        },
      ),
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  }
}

/** The fake grype as a program; answers its path. */
async function layOutGrype({ job }: Scene): Promise<string> {
  const folder = join(job.root, 'scanners')
  const program = fileURLToPath(new URL('./fake-grype.ts', import.meta.url))
  await mkdir(folder)
  const file = join(folder, 'grype')
  await writeFile(file, scriptOf(program))
  await chmod(file, 0o755)
  return file
}

/** The program: what is asked for again and again it says by itself. */
function scriptOf(program: string): string {
  return `#!/bin/sh
case "$*" in
'version -o json') echo '{"application":"grype","version":"0.121.2","supportedDbSchema":6}' ;;
'db status -o json') echo '{"schemaVersion":"v6.1.0","built":"2026-01-01T06:00:00Z","valid":true}' ;;
*) exec '${process.execPath}' '${program}' "$@" ;;
esac
`
}
