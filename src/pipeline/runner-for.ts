import { findArchitecture, runsNatively, type Architecture } from '../domain/architecture.ts'
import type { RunnerChoice } from '../domain/runner-choice.ts'

/** Where something for a platform is built. */
export interface PlannedRunner {
  /** Labels of `runs-on`; at least one. */
  readonly labels: readonly string[]
  /** Whether it runs programs of the platform through QEMU only. */
  readonly emulator: boolean
}

const usual: readonly RunnerChoice[] = [
  { prefix: 'linux/arm64', labels: ['ubuntu-24.04-arm'] },
  { prefix: 'linux/', labels: ['ubuntu-24.04'] },
]

/** The runner of the choice with the longest prefix of the platform, else GitHub's own. */
export function runnerFor(target: Architecture, choices: readonly RunnerChoice[]): PlannedRunner {
  const suited = [...choices, ...usual].filter(({ prefix }) => target.platform.startsWith(prefix))
  const own = suited.filter(choice => choices.includes(choice))
  const among = own.length > 0 ? own : suited
  const { labels } = among.reduce((best, each) => (each.prefix.length > best.prefix.length ? each : best))
  const machine = machineOf(labels)
  return { labels, emulator: machine !== undefined && !runsNatively(machine, target) }
}

/**
 * What machine the labels mean: they say it in a word (`arm`, `x64`, `riscv64`), and GitHub's own without such a word are amd64. Undefined for
 * others: who names a runner of their own for a platform has one that runs it.
 */
function machineOf(labels: readonly string[]): Architecture | undefined {
  const words = labels.flatMap(label => label.toLowerCase().split(/[^a-z0-9_]+/))
  const other: Readonly<Record<string, string>> = { arm: 'arm64', x64: 'amd64' }
  const named = words.map(word => findArchitecture(other[word] ?? word)).find(each => each !== undefined)
  if (named !== undefined) return named
  return words.includes('ubuntu') ? findArchitecture('amd64') : undefined
}
