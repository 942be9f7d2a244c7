import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bundle } from './bundle.ts'
import { limitFigure, megabytes, type Figure } from './figure.ts'
import { writeLargeLayout } from './large-layout.ts'
import { startStandIn } from './stand-in.ts'
import { median, spread } from './statistics.ts'
import { watchRun } from './watched-run.ts'

export interface PushBench {
  readonly folder: string
  readonly rounds: number
  /** Of the layer. */
  readonly megabytes: number
}

/** The most memory that the program held while it pushed one large layer, and one small one for what it needs without any. */
export async function benchPushMemory({
  folder,
  rounds,
  megabytes: size,
}: PushBench): Promise<readonly Figure[]> {
  const program = await bundle('push-large.ts', join(folder, 'push-large'))
  const small = await peaks({ folder: join(folder, 'small'), program, rounds, bytes: 1e6 })
  const large = await peaks({ folder: join(folder, 'large'), program, rounds, bytes: size * 1e6 })
  const more = median(large) - median(small)
  return [
    limitFigure(`peak memory of the program while it pushes a layer of ${size} MB`, large),
    {
      what: 'the same with a layer of 1 MB',
      measured: `${spread(
        small.map(peak => peak / 1e6),
        0,
      )} MB; the large one takes ${megabytes(more)} more`,
      toReach: '',
    },
  ]
}

interface Pushes {
  readonly folder: string
  readonly program: string
  readonly rounds: number
  readonly bytes: number
}

async function peaks({ folder, program, rounds, bytes }: Pushes): Promise<readonly number[]> {
  const layout = join(folder, 'layout')
  await mkdir(folder, { recursive: true })
  await writeLargeLayout(layout, bytes)
  const found: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    await using registry = await startStandIn(folder)
    const { peak } = await watchRun({
      tool: process.execPath,
      args: [program, layout, `${registry.host}/large`],
      cwd: folder,
      env: { ...process.env, TMPDIR: folder },
      log: join(folder, `push-${round}.log`),
    })
    found.push(peak)
  }
  await rm(folder, { recursive: true, force: true })
  return found
}
