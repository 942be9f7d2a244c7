import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { buildRealImage } from '../../__tests__/support/e2e/built-image.ts'
import { realPorts } from '../../__tests__/support/e2e/real-ports.ts'
import type { Ports } from '../../src/ports.ts'
import { openScanner } from '../../src/scan/open-scanner.ts'
import { kitGrypeDatabase } from '../kit/kit-grype-database.ts'
import { kitGrype } from '../kit/kit-grype.ts'
import type { Figure } from './figure.ts'
import { median, spread } from './statistics.ts'

const most = 0.3

/** Scans of a real image by the real grype: what they take beyond the time in which grype itself runs. */
export async function benchScan(folder: string, rounds: number): Promise<readonly Figure[]> {
  const log = (line: string): void => console.error(line)
  const image = await buildRealImage({ folder: join(folder, 'scanned') })
  const { version, binary, sha256 } = await kitGrype(log)
  const database = await kitGrypeDatabase(join(folder, 'scan-database'))
  const [workspace, temp, toolCache] = ['workspace', 'temp', 'cache'].map(name =>
    join(folder, `scan-${name}`),
  )
  for (const path of [workspace, toolCache]) await mkdir(path ?? '', { recursive: true })
  const real = realPorts({ toolCache: toolCache ?? '', env: {} })
  const watched = watchChildren(real)
  const wish = {
    tool: { name: 'grype', version, path: binary, sha256, source: 'path', flags: new Set<string>() },
    database: database.archive,
    required: true,
    machine: { workspace: workspace ?? '', temp: temp ?? '' },
    limit: 120_000,
  } as const
  const scanner = await openScanner(wish, { ...real, processes: watched.processes })
  if (scanner === undefined) throw new Error('no scanner')
  const measured: { own: number; whole: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    watched.forget()
    const start = performance.now()
    await scanner.scan(image)
    const whole = performance.now() - start
    measured.push({ own: (whole - watched.busy()) / 1000, whole: whole / 1000 })
  }
  const packages = image.platforms.map(({ apks }) => apks.length).join(' and ')
  return [
    {
      what: `scan of two platforms (${packages} packages) beyond the time of grype`,
      measured: `${spread(measured.map(({ own }) => own))} s of ${spread(measured.map(({ whole }) => whole))} s`,
      toReach: `less than ${most.toFixed(2)} s`,
      met: median(measured.map(({ own }) => own)) < most,
    },
  ]
}

/** Ports whose children's times are kept. */
function watchChildren({ processes }: Pick<Ports, 'processes'>) {
  let spans: { from: number; to: number }[] = []
  const timed = async <T>(work: Promise<T>): Promise<T> => {
    const from = performance.now()
    return work.finally(() => spans.push({ from, to: performance.now() }))
  }
  return {
    processes: {
      ask: command => timed(processes.ask(command)),
      run: command => timed(processes.run(command)),
    } satisfies Ports['processes'],
    forget: () => (spans = []),
    /** Milliseconds in which at least one child ran. */
    busy(): number {
      let [sum, end] = [0, 0]
      for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
        sum += Math.max(0, to - Math.max(from, end))
        end = Math.max(end, to)
      }
      return sum
    },
  }
}
