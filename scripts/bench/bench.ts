/**
 * Measures what docs/benchmarks.md says, in one run, and writes the table there.
 *   node scripts/bench/bench.ts [--rounds 5] [--starts 25] [--pushes 3] [--megabytes 500] [--print]
 * With --print the document is left alone.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { watched } from '../kit/kit-progress.ts'
import { prepareMachine } from '../kit/kit-machine.ts'
import { openPlace } from './bench-place.ts'
import { raceFigure, racesOn, runRace } from './builds.ts'
import type { Figure } from './figure.ts'
import { benchLargeImage } from './large-image.ts'
import { machineFacts } from './machine-facts.ts'
import { shareOf, type JobShare } from './own-share.ts'
import { figuresPart, writePage } from './page.ts'
import { benchPushMemory } from './push-memory.ts'
import { benchStart } from './start.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    starts: { type: 'string', default: '25' },
    pushes: { type: 'string', default: '3' },
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
  `${rounds} rounds of each job; a figure is a median, with the least and the most in brackets`,
]

const start = await step('start of the action', () =>
  benchStart({ folder, dist: place.dist, rounds: Number(values.starts) }),
)
const races: Figure[] = []
const shares: JobShare[] = []
for (const race of racesOn(place)) {
  const done = await step(race.name, () => runRace(race, rounds, { place, log }))
  races.push(raceFigure(race, done))
  shares.push(
    shareOf(
      race.name,
      done.map(({ ours }) => ours),
    ),
  )
}
const pushing = await step('memory of a push', () => benchPushMemory({ folder, rounds: pushes, megabytes }))
const whole = await step('memory of a whole job', () => benchLargeImage({ rounds: pushes, megabytes }, place))

const part = figuresPart({ facts, figures: [...races, start, ...pushing, whole], shares })
console.log(part)
if (!values.print) await writePage(part)

function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  return watched({ what, expect: 'some minutes in all', log, work })
}
