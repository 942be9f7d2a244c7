import { openChildren } from '../../../src/platform/children.ts'
import { openHttp } from '../../../src/platform/http.ts'
import { openPatience } from '../../../src/platform/patience.ts'
import { openProcesses } from '../../../src/platform/processes.ts'
import { openToolCache } from '../../../src/platform/tool-cache.ts'
import type { Ports } from '../../../src/ports.ts'
import { fakePorts, type FakePorts } from '../fake-ports.ts'

export interface RealPortsOptions {
  /** Absolute path of the tool cache. */
  readonly toolCache: string
  /** Milliseconds for which an outage is waited out. */
  readonly deadline?: number
  /** Environment that children get, besides PATH. */
  readonly env?: Readonly<Record<string, string>>
  /** What time it is; the machine's own time unless told. */
  readonly now?: () => Date
}

/** Ports that run real programs and speak over the network; the log alone is kept. */
export function realPorts({ toolCache, deadline = 0, env = {}, now }: RealPortsOptions): FakePorts {
  const fake = fakePorts()
  const given = { PATH: process.env['PATH'], HOME: toolCache, ...env }
  const clock: Ports['clock'] = {
    now: now ?? (() => new Date()),
    sleep: milliseconds => new Promise(resolve => setTimeout(resolve, Math.min(milliseconds, 10))),
  }
  return {
    ...fake,
    clock,
    http: openHttp({ env: given, userAgent: 'giropops-build/test', log: { debug: () => {} } }),
    patience: openPatience({ deadline, clock, random: () => 0.5, log: fake.log }),
    processes: openProcesses({ env: given, children: openChildren() }),
    toolCache: openToolCache(toolCache),
  }
}
