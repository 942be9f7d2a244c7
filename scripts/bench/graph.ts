import { readFile, mkdir, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { host } from '../kit/kit-host.ts'
import type { BenchPlace } from './bench-place.ts'
import { seconds, type Figure } from './figure.ts'
import { boundOf, readLoop, type LoopTimes } from './graph-bound.ts'
import { levelled, writeRecipes } from './graph-recipes.ts'
import { median, spread } from './statistics.ts'
import { watchRun, type WatchedRun } from './watched-run.ts'

const needs = levelled(4, 5)
const script = fileURLToPath(new URL('graph-loop.sh', import.meta.url))
const most = { unchanged: 0.1, parallel: 1.15 }

interface GraphRound {
  readonly loop: WatchedRun
  readonly times: LoopTimes
  readonly first: WatchedRun
  /** The same once more, with what the first one left in the cache. */
  readonly again: WatchedRun
}

/** Twenty packages in four levels: a loop by hand, ours with nothing to take, and ours with everything to take. */
export async function benchGraph(rounds: number, place: BenchPlace): Promise<readonly Figure[]> {
  const done: GraphRound[] = []
  for (let round = 0; round < rounds; round += 1) {
    const folder = join(place.folder, `graph-${round}`)
    await mkdir(folder)
    const { run, times } = await runLoop(folder, place)
    done.push({
      loop: run,
      times,
      first: await runGraph('first', folder, place),
      again: await runGraph('again', folder, place),
    })
    await rm(folder, { recursive: true, force: true })
  }
  const cores = availableParallelism()
  const bounds = done.map(({ times }) => boundOf(times, needs, cores))
  const [loops, firsts, agains] = [
    done.map(({ loop }) => loop.wall),
    done.map(({ first }) => first.wall),
    done.map(({ again }) => again.wall),
  ]
  const part = (some: readonly number[], of: readonly number[]): readonly number[] =>
    some.map((each, at) => each / (of[at] ?? NaN))
  const [parallel, unchanged] = [part(firsts, bounds), part(agains, firsts)]
  return [
    {
      what: "20 packages in 4 levels: our wall time as a part of a shell loop's",
      measured: `${spread(part(firsts, loops))}; ${seconds(median(firsts))} against ${seconds(median(loops))}`,
      toReach: '',
    },
    {
      what: `the same as a part of what ${cores} cores allow (CPU time of all builds by cores, or the longest chain)`,
      measured: `${spread(parallel)}; the bound is ${seconds(median(bounds))}`,
      toReach: `at most ${most.parallel.toFixed(2)}`,
      met: median(parallel) <= most.parallel,
    },
    {
      what: 'the same once more, nothing changed, as a part of the first time',
      measured: `${spread(unchanged)}; ${seconds(median(agains))}`,
      toReach: `at most ${most.unchanged.toFixed(2)}`,
      met: median(unchanged) <= most.unchanged,
    },
  ]
}

async function runLoop(
  folder: string,
  { tools, distribution }: BenchPlace,
): Promise<{ run: WatchedRun; times: LoopTimes }> {
  const [workspace, log] = [join(folder, 'by-hand'), join(folder, 'loop.log')]
  await writeRecipes(join(workspace, 'recipes'), needs)
  const run = await watchRun({
    tool: 'sh',
    args: [script, host().apk, ...needs.keys()],
    cwd: workspace,
    env: {
      ...process.env,
      TMPDIR: folder,
      XDG_CACHE_HOME: join(folder, 'cache-loop'),
      MELANGE: tools.find(({ tool }) => tool === 'melange')?.binary,
      DISTRIBUTION: distribution.folder,
      DISTRIBUTION_KEY: distribution.publicKey,
    },
    log,
  })
  return { run, times: readLoop(await readFile(log, 'utf8')) }
}

/** Ours in a fresh workspace, with the cache folder of the round. */
async function runGraph(name: string, folder: string, place: BenchPlace): Promise<WatchedRun> {
  const { tools, distribution, releases, dist } = place
  const [workspace, cache] = [join(folder, name), join(folder, 'cache-action')]
  await writeRecipes(join(workspace, 'recipes'), needs)
  const pins = tools.flatMap(({ tool, version, sha256 }) => [
    [`${tool}-version`, version],
    [`${tool}-sha256`, sha256],
  ])
  const inputs: Readonly<Record<string, string>> = {
    ...(Object.fromEntries(pins) as Record<string, string>),
    'tools-mirror': releases,
    'melange-config': 'recipes/*/melange.yaml',
    'build-repository-append': distribution.folder,
    'keyring-append': distribution.publicKey,
  }
  return watchRun({
    tool: process.execPath,
    args: [join(dist, 'cli.js'), ...Object.entries(inputs).map(([input, text]) => `--${input}=${text}`)],
    cwd: workspace,
    env: { ...process.env, TMPDIR: folder, XDG_CACHE_HOME: cache },
    log: join(folder, `${name}.log`),
  })
}
