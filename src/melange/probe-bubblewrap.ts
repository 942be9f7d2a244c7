import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Ports } from '../ports.ts'
import { explainBubblewrap, type NamespaceSwitches } from './bubblewrap-cause.ts'
import type { SandboxFinding } from './sandbox-choice.ts'

/** As melange 0.56.5 starts it (pkg/container/bubblewrap_runner.go), on our own root folder. */
const asMelange =
  '--bind / / --unshare-pid --die-with-parent --dev /dev --proc /proc --ro-bind /sys /sys --cap-add CAP_CHOWN --cap-add CAP_SETFCAP --new-session true'
/** melange adds this unless it runs as root. */
const asUser = '--unshare-user --uid 1000 --gid 1000'
/** Its own test: only this complaint counts. */
const melangeTest = { args: '--unshare-user true', complaint: 'setting up uid map' }

/** Looks whether bubblewrap really opens the namespaces that melange needs. `root` stands in for `/` in tests. */
export async function probeBubblewrap(
  { processes }: Pick<Ports, 'processes'>,
  root = '/',
): Promise<SandboxFinding> {
  const sandbox = 'bubblewrap'
  const version = await askBwrap(processes, '--version')
  if (version === undefined) {
    return {
      sandbox,
      works: false,
      why: 'bwrap is not installed',
      hint: 'Run `sudo apt-get install bubblewrap` in a step before.',
    }
  }
  const switches = await readSwitches(root)
  const said = await complaintOf(processes, switches.root)
  if (said === undefined) return { sandbox, works: true, why: `${version.stdout.trim()} works here` }
  return { sandbox, works: false, ...explainBubblewrap(said, switches) }
}

async function complaintOf(processes: Ports['processes'], root: boolean): Promise<string | undefined> {
  const started = await askBwrap(processes, root ? asMelange : `${asUser} ${asMelange}`)
  if (started?.code !== 0) return started?.stderr ?? ''
  const tested = await askBwrap(processes, melangeTest.args)
  return tested?.stderr.includes(melangeTest.complaint) ? tested.stderr : undefined
}

function askBwrap(processes: Ports['processes'], args: string) {
  return processes
    .ask({ tool: 'bwrap', args: args.split(' '), env: { LC_ALL: 'C' } })
    .catch((error: unknown) => {
      if (error instanceof Failure && error.code === 'TOOL_MISSING') return undefined
      throw error
    })
}

async function readSwitches(root: string): Promise<NamespaceSwitches> {
  const read = async (path: string): Promise<string | undefined> =>
    (await readFile(join(root, path), 'utf8').catch(() => undefined))?.trim()
  const exists = (path: string): Promise<boolean> =>
    access(join(root, path)).then(
      () => true,
      () => false,
    )
  const status = (await read('proc/self/status')) ?? ''
  const control = (await read('proc/1/cgroup')) ?? ''
  return {
    apparmor: await read('proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    clone: await read('proc/sys/kernel/unprivileged_userns_clone'),
    most: await read('proc/sys/user/max_user_namespaces'),
    root: /^Uid:\s+\d+\s+0\b/m.test(status),
    container:
      (await exists('.dockerenv')) ||
      (await exists('run/.containerenv')) ||
      /docker|kubepods|containerd|lxc/.test(control),
  }
}
