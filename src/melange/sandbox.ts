import type { Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import type { Machine } from '../domain/machine.ts'
import type { Ports } from '../ports.ts'
import { probeBubblewrap } from './probe-bubblewrap.ts'
import { probeDocker } from './probe-docker.ts'
import {
  candidatesFor,
  decideSandbox,
  type ChosenSandbox,
  type Sandbox,
  type SandboxFinding,
  type SandboxWish,
} from './sandbox-choice.ts'

export interface SandboxRequest {
  readonly wish: SandboxWish
  readonly machine: Machine
  /** Stands in for `/` in tests, where the kernel's switches are read. */
  readonly root?: string
}

/**
 * Finds a sandbox that works here, tried for real: bubblewrap first, then docker; a wish other than `auto` is held to.
 * Fails with SANDBOX_MISSING that tells what was found for each.
 */
export async function chooseSandbox(
  { wish, machine, root }: SandboxRequest,
  ports: Pick<Ports, 'processes' | 'http'>,
): Promise<ChosenSandbox> {
  const probes: Record<Sandbox, () => Promise<SandboxFinding>> = {
    bubblewrap: () => probeBubblewrap(ports, root),
    docker: () => probeDocker(machine, ports),
    qemu: () => probeQemu(machine.architecture, ports),
  }
  const findings: SandboxFinding[] = []
  for (const sandbox of candidatesFor(wish, machine.os)) {
    const finding = await probes[sandbox]()
    findings.push(finding)
    if (finding.works) break
  }
  return decideSandbox(wish, findings)
}

/** melange looks for the same program (pkg/container/qemu_runner.go, TestUsability). */
async function probeQemu(
  { apk }: Architecture,
  { processes }: Pick<Ports, 'processes'>,
): Promise<SandboxFinding> {
  const tool = `qemu-system-${apk}`
  const missing: SandboxFinding = {
    sandbox: 'qemu',
    works: false,
    why: `${tool} is not installed`,
    hint: `Install it: \`sudo apt-get install qemu-system\`.`,
  }
  try {
    const asked = await processes.ask({ tool, args: ['--version'] })
    const works: SandboxFinding = { sandbox: 'qemu', works: true, why: `${tool} is installed` }
    return asked.code === 0 ? works : missing
  } catch (error) {
    if (error instanceof Failure && error.code === 'TOOL_MISSING') return missing
    throw error
  }
}
