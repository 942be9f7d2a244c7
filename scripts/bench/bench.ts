/**
 * Measures what docs/benchmarks.md says, in one run, and writes the table there.
 *   node scripts/bench/bench.ts [--rounds 5] [--starts 25] [--pushes 5] [--megabytes 500] [--print]
 * With --print the document is left alone.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { replacePart } from '../docs.ts'
import { prepareMachine } from '../kit/kit-machine.ts'
import { openPlace } from './bench-place.ts'
import { raceFigure, racesOn, runRace } from './builds.ts'
import { figuresTable, type Figure } from './figure.ts'
import { machineFacts } from './machine-facts.ts'
import { ownShareFigures } from './own-share.ts'
import { benchPushMemory } from './push-memory.ts'
import { benchStart } from './start.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    starts: { type: 'string', default: '25' },
    pushes: { type: 'string', default: '5' },
    megabytes: { type: 'string', default: '500' },
    print: { type: 'boolean', default: false },
  },
})

const document = new URL('../../docs/benchmarks.md', import.meta.url)
const log = (line: string): void => console.error(line)

const folder = await mkdtemp(join(tmpdir(), 'giropops-bench-'))
await using ended = new AsyncDisposableStack()
ended.defer(() => rm(folder, { recursive: true, force: true }))

await prepareMachine(log)
const place = ended.use(await openPlace(folder, log))
const facts = await machineFacts(place)

log('start of the action')
const start = await benchStart({ folder, dist: place.dist, rounds: Number(values.starts) })

log('peak memory while pushing')
const pushing = { folder, rounds: Number(values.pushes), megabytes: Number(values.megabytes) }
const memory = await benchPushMemory(pushing)

const races: Figure[] = []
const shares: Figure[] = []
for (const race of racesOn(place)) {
  const rounds = await runRace(race, Number(values.rounds), { place, log })
  races.push(raceFigure(race, rounds))
  shares.push(
    ...ownShareFigures(
      race.name,
      rounds.map(({ ours }) => ours),
    ),
  )
}

const table = figuresTable([...races, start, ...shares, ...memory])
const part = `\n${facts.join('\n')}\n- ${values.rounds} rounds each; figures are medians, the least and the most in brackets\n\n${table}\n`
console.log(part)
if (!values.print) await writeFile(document, replacePart(await readFile(document, 'utf8'), 'figures', part))
