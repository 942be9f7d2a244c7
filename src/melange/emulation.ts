import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runsNatively, type Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import type { Machine } from '../domain/machine.ts'
import { socketOf } from './container-engine.ts'
import type { Sandbox } from './sandbox-choice.ts'

export interface EmulationRequest {
  readonly architectures: readonly Architecture[]
  readonly machine: Machine
  readonly runner: Sandbox
  /** Where the kernel lists its handlers; another folder in tests. */
  readonly handlers?: string
}

const waysOut = [
  'Three ways out:',
  '- emulation: `uses: docker/setup-qemu-action@v3` in a step before (or the packages qemu-user-static and binfmt-support)',
  '- native runners, one per platform in a matrix (for example ubuntu-24.04-arm)',
  '- fewer "platforms"',
].join('\n')

/**
 * Makes sure that the kernel can run what is built for other architectures (binfmt_misc, kernel's admin-guide). Virtual
 * machines and engines on other machines see to it themselves. Fails with EMULATION_MISSING that names the platforms.
 */
export async function checkEmulation(request: EmulationRequest): Promise<void> {
  const { machine, runner, handlers = '/proc/sys/fs/binfmt_misc' } = request
  if (machine.os !== 'linux' || runner === 'qemu') return
  if (runner === 'docker' && socketOf(machine.dockerHost) === undefined) return
  const foreign = request.architectures.filter(guest => !runsNatively(machine.architecture, guest))
  const problems: string[] = []
  for (const guest of foreign) {
    const problem = await problemOf(guest, handlers)
    if (problem !== undefined) problems.push(`  ${guest.platform}: ${problem}`)
  }
  if (problems.length === 0) return
  const host = machine.architecture.platform
  const message = `this machine (${host}) cannot run what is built for other platforms:`
  throw new Failure('EMULATION_MISSING', [message, ...problems].join('\n'), { hint: waysOut })
}

async function problemOf({ binfmt }: Architecture, handlers: string): Promise<string | undefined> {
  const read = (name: string) => readFile(join(handlers, name), 'utf8').catch(() => undefined)
  const handler = await read(binfmt)
  if (handler === undefined) return `no handler ${binfmt} in binfmt_misc`
  const status = await read('status')
  if (status?.trim() === 'disabled') return 'binfmt_misc is disabled (its "status")'
  if (!handler.startsWith('enabled')) return `the handler ${binfmt} is disabled`
  const flags = /^flags: *(.*)$/m.exec(handler)?.[1] ?? ''
  if (flags.includes('F')) return undefined
  return `the handler ${binfmt} lacks the flag F, without which its emulator is not found inside a sandbox; register it again with "fix binary"`
}
