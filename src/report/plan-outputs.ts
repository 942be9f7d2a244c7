import type { GraphOfRecord } from '../domain/build-record.ts'
import type { Log } from '../ports.ts'

/** What the `plan` action came to. */
export interface Planned {
  readonly legs: readonly PlannedLeg[]
  readonly graph: GraphOfRecord
  readonly images: readonly {
    readonly name: string
    /** The apko file. */
    readonly config: string
    readonly platforms: readonly string[]
  }[]
}

/** What people are told of a leg; all of it goes into the matrix. */
export interface PlannedLeg {
  readonly name: string
  readonly platform: string
  readonly runner: string | readonly string[]
  readonly 'melange-config': string
  readonly emulator: boolean
}

/** Outputs of the `plan` action. */
export const planOutputs = {
  matrix: {
    help: 'Matrix of the legs, `{"include":[…]}`; each has name, platform, arch, runner, melange-config (a line each) and emulator (whether it needs QEMU).',
    value: ({ legs }: Planned): string => JSON.stringify({ include: legs }),
  },
  legs: {
    help: 'Number of legs. A matrix may not be empty: skip the job where it is `0`.',
    value: ({ legs }: Planned): string => String(legs.length),
  },
  graph: {
    help: 'Which melange file must be built before which, as JSON.',
    value: ({ graph }: Planned): string => JSON.stringify(graph),
  },
  images: {
    help: 'The images that will be made, as JSON: name, config, platforms.',
    value: ({ images }: Planned): string => JSON.stringify(images),
  },
} as const

/** GitHub takes outputs of 1 MiB from a job, and counts UTF-16. */
const mostLetters = 500_000

/** Name and text of each output. The graph is left out, with a warning, where GitHub would not take all of them. */
export function planOutputsOf(planned: Planned, log: Pick<Log, 'warning'>): ReadonlyMap<string, string> {
  const outputs = new Map(Object.entries(planOutputs).map(([name, { value }]) => [name, value(planned)]))
  const letters = [...outputs.values()].reduce((sum, text) => sum + text.length, 0)
  if (letters > mostLetters) {
    outputs.delete('graph')
    log.warning('the graph is too large for an output, which are 1 MiB for a job: "graph" is left out')
  }
  return outputs
}
