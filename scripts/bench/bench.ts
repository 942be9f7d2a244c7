/**
 * Measures what docs/benchmarks.md says, in one run, and writes the table there.
 *   node scripts/bench/bench.ts [--rounds 5] [--starts 25] [--pushes 3] [--megabytes 500] [--graphs 3] [--print]
 * With --print the document is left alone.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { watched } from '../kit/kit-progress.ts'
import { prepareMachine } from '../kit/kit-machine.ts'
import { openPlace } from './bench-place.ts'
import { raceFigures, racesOn, runRace, type Raced } from './builds.ts'
import { benchGraph } from './graph.ts'
import { benchLargeImage } from './large-image.ts'
import { machineFacts } from './machine-facts.ts'
import { shareOf } from './own-share.ts'
import { figuresPart, writePage } from './page.ts'
import { benchPlan } from './planning.ts'
import { benchPushMemory } from './push-memory.ts'
import { benchScan } from './scan.ts'
import { benchSigning } from './signing.ts'
import { benchStart } from './start.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    starts: { type: 'string', default: '25' },
    pushes: { type: 'string', default: '3' },
    graphs: { type: 'string', default: '3' },
    megabytes: { type: 'string', default: '500' },
    print: { type: 'boolean', default: false },
  },
})

const log = (line: string): void => console.error(line)
const [rounds, pushes] = [Number(values.rounds), Number(values.pushes)]
const megabytes = Number(values.megabytes)

const folder = await mkdtemp(join(tmpdir(), 'giropops-bench-'))
await using ended = new AsyncDisposableStack()
ended.defer(() => rm(folder, { recursive: true, force: true }))

await prepareMachine(log)
const place = ended.use(await openPlace(folder, log))
const facts = [
  ...(await machineFacts(place)),
  `rounds of each job: ${rounds}; a figure is a median, with the least and the most in brackets`,
]

const start = await watched({
  what: 'start of the action',
  expect: 'some seconds',
  log,
  work: () => benchStart({ folder, dist: place.dist, rounds: Number(values.starts) }),
})
const raced: Raced[] = []
for (const race of racesOn(place)) {
  const done = await watched({
    what: race.name,
    expect: `${rounds + 1} times two builds, of some seconds for one platform and half a minute for two`,
    log,
    work: () => runRace(race, rounds, { place, log }),
  })
  raced.push({ race, rounds: done })
}
const memory = await watched({
  what: `memory with a layer of ${megabytes} MB`,
  expect: 'about 1 minute',
  log,
  work: async () => [
    ...(await benchPushMemory({ folder, rounds: pushes, megabytes })),
    await benchLargeImage({ rounds: pushes, megabytes }, place),
  ],
})

const graphs = await watched({
  what: 'a graph of packages',
  expect: `${values.graphs} times three builds, of one minute and of half a minute`,
  log,
  work: () => benchGraph(Number(values.graphs), place),
})

const signing = await watched({
  what: 'signing',
  expect: 'half a minute',
  log,
  work: () => benchSigning(rounds),
})

const planning = await watched({
  what: 'plan of 1,000 packages',
  expect: 'some seconds',
  log,
  work: () => benchPlan({ folder, dist: place.dist, rounds, packages: 1000 }),
})

const scanning = await watched({
  what: 'scans',
  expect: 'half a minute',
  log,
  work: () => benchScan(folder, rounds),
})

const shares = raced.map(({ race, rounds }) =>
  shareOf(
    race.name,
    rounds.map(({ ours }) => ours),
  ),
)
const part = figuresPart({
  facts,
  figures: [...raceFigures(raced), ...graphs, start, ...memory, ...signing, ...planning, ...scanning],
  shares,
})
console.log(part)
if (!values.print) await writePage(part)
