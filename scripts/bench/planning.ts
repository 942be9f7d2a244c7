import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { seconds, type Figure } from './figure.ts'
import { median, spread } from './statistics.ts'
import { watchRun, type WatchedRun } from './watched-run.ts'

export interface PlanBench {
  readonly folder: string
  /** Folder with the bundles. */
  readonly dist: string
  readonly rounds: number
  readonly packages: number
}

const most = { seconds: 1, bytes: 200e6 }

/** The plan of many packages for two platforms, from the start of node to its end: time and memory. */
export async function benchPlan({ folder, dist, rounds, packages }: PlanBench): Promise<readonly Figure[]> {
  const workspace = join(folder, 'many-packages')
  await mkdir(workspace)
  for (let at = 0; at < packages; at += 1) {
    await writeFile(join(workspace, `package-${at}.yaml`), recipe(at))
  }
  const runs: WatchedRun[] = []
  // The first run reads the bundle from disk.
  for (let round = 0; round <= rounds; round += 1) {
    const run = await watchRun({
      tool: process.execPath,
      args: [join(dist, 'cli.js'), 'plan', '--melange-config', '*.yaml', '--platforms', 'amd64,arm64'],
      cwd: workspace,
      env: { PATH: process.env['PATH'], HOME: folder, TMPDIR: folder },
      log: join(folder, 'plan.log'),
    })
    if (round > 0) runs.push(run)
  }
  const [walls, peaks] = [runs.map(({ wall }) => wall), runs.map(({ peak }) => peak / 1e6)]
  const what = `plan of ${packages} packages for two platforms`
  return [
    {
      what: `${what}, in all`,
      measured: `${spread(walls, 2)} s, of which ${seconds(median(runs.map(({ ownCpu }) => ownCpu)))} of CPU time`,
      toReach: `less than ${seconds(most.seconds)}`,
      met: median(walls) < most.seconds,
    },
    {
      what: `peak memory of the ${what}`,
      measured: `${spread(peaks, 0)} MB`,
      toReach: `less than ${(most.bytes / 1e6).toFixed(0)} MB`,
      met: Math.max(...peaks) * 1e6 < most.bytes,
    },
  ]
}

/** Ten packages each need one another in a chain with gaps, and the first of them; each has a subpackage. */
function recipe(at: number): string {
  const first = at - (at % 10)
  const chained = at > first && at % 3 > 0 ? [`package-${at - 1}`] : []
  const needs = ['busybox', ...chained, ...(at > first + 4 ? [`package-${first}`] : [])]
  return `package:
  name: package-${at}
  version: 1.0.${at}
  epoch: 0
environment:
  contents:
    packages:
${needs.map(name => `      - ${name}\n`).join('')}pipeline:
  - runs: make
subpackages:
  - name: package-${at}-dev
    pipeline:
      - runs: make dev
`
}
