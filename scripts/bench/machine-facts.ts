import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { findProgram, run } from '../kit/kit-run.ts'
import type { BenchPlace } from './bench-place.ts'

/** What the figures were measured on, a line each. */
export async function machineFacts({ tools, architectures }: BenchPlace): Promise<readonly string[]> {
  const versions = tools.map(({ tool, version }) => `${tool} ${version}`)
  const emulator = findProgram(`qemu-${architectures[1] === 'arm64' ? 'aarch64' : 'x86_64'}-static`)
  const others = [await firstLine('bwrap'), emulator && (await firstLine(emulator))].filter(Boolean)
  const [load = 0] = loadavg()
  return [
    `${availableParallelism()} cores (${cpus()[0]?.model.trim() ?? 'unknown'}), ${Math.round(totalmem() / 2 ** 30)} GiB of memory, Linux ${release()}, load ${load.toFixed(1)} at the beginning`,
    `Node ${process.version.slice(1)}, ${[...versions, ...others].join(', ')}`,
    `platforms: ${architectures[0]} natively, ${architectures[1]} by emulation`,
  ]
}

async function firstLine(program: string): Promise<string> {
  const [line = ''] = (await run(program, ['--version'])).toString().split('\n')
  return line.replace(/ \(.*\)$/, '')
}
