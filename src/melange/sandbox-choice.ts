import { Failure } from '../domain/failure.ts'

/** melange's ways to run the steps of a build. */
export type Sandbox = 'bubblewrap' | 'docker' | 'qemu'

export type SandboxWish = 'auto' | Sandbox

/** What a look at one sandbox found. */
export interface SandboxFinding {
  readonly sandbox: Sandbox
  readonly works: boolean
  /** What works (`bubblewrap 0.8.0`), or why it does not. */
  readonly why: string
  /** How to make it work. */
  readonly hint?: string
}

export interface ChosenSandbox {
  readonly runner: Sandbox
  readonly why: string
}

/** Sandboxes to look at for a wish, best first. macOS has no bubblewrap. */
export function candidatesFor(wish: SandboxWish, os: 'linux' | 'darwin'): readonly Sandbox[] {
  if (wish !== 'auto') return [wish]
  return os === 'darwin' ? ['docker'] : ['bubblewrap', 'docker']
}

const waysOut = [
  'bubblewrap: install it (`sudo apt-get install bubblewrap`) on a Linux runner where user namespaces are allowed',
  'docker: run on a machine with a container engine, or name its socket in DOCKER_HOST',
  '`runner: qemu`: virtual machines, where qemu-system and KVM are installed',
]

/** Takes the first that works. Fails with SANDBOX_MISSING that tells what was found for each, and the ways out. */
export function decideSandbox(wish: SandboxWish, findings: readonly SandboxFinding[]): ChosenSandbox {
  const chosen = findings.find(({ works }) => works)
  if (chosen === undefined) throw noSandbox(wish, findings)
  const passedOver = findings.slice(0, findings.indexOf(chosen)).map(({ why }) => why)
  return { runner: chosen.sandbox, why: [chosen.why, ...passedOver].join('; ') }
}

function noSandbox(wish: SandboxWish, findings: readonly SandboxFinding[]): Failure {
  const found = findings.map(({ sandbox, why }) => `  ${sandbox}: ${why}`)
  const what =
    wish === 'auto' ? 'no sandbox works here for the builds of melange' : `runner ${wish} does not work here`
  const hints = findings.flatMap(({ hint }) => (hint === undefined ? [] : [hint]))
  const hint = [...hints, 'Three ways out:', ...waysOut.map(way => `- ${way}`)].join('\n')
  return new Failure('SANDBOX_MISSING', [`${what}:`, ...found].join('\n'), { hint })
}
