import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { megabytes, seconds, type Figure } from './figure.ts'
import { levelled, writeRecipes } from './graph-recipes.ts'
import { median, spread } from './statistics.ts'
import { watchRun, type WatchedRun } from './watched-run.ts'

const most = { seconds: 1, bytes: 200e6 }
const [levels, width] = [20, 50]

/** A program that reads and plans a thousand melange files, from its start to its end. */
export async function benchPlan({ folder, rounds }: { folder: string; rounds: number }): Promise<Figure> {
  const [workspace, log] = [join(folder, 'thousand'), join(folder, 'plan.log')]
  const program = await bundle('plan-large.ts', join(folder, 'plan-large'))
  await mkdir(workspace)
  await writeRecipes(join(workspace, 'recipes'), levelled(levels, width))
  const runs: WatchedRun[] = []
  for (let round = 0; round < rounds; round += 1) {
    const args = [program, workspace]
    runs.push(await watchRun({ tool: process.execPath, args, cwd: workspace, env: process.env, log }))
    const said = (await readFile(log, 'utf8')).trim()
    if (said !== `${levels * width} files in ${levels} levels`) throw new Error(`it planned ${said}`)
  }
  await rm(workspace, { recursive: true, force: true })
  const walls = runs.map(({ wall }) => wall)
  const peak = Math.max(...runs.map(run => run.peak))
  return {
    what: `1,000 melange files in ${levels} levels, read and planned`,
    measured: `${spread(walls)} s, ${megabytes(peak)}`,
    toReach: `less than ${seconds(most.seconds)} and ${megabytes(most.bytes)}`,
    met: median(walls) < most.seconds && peak < most.bytes,
  }
}
