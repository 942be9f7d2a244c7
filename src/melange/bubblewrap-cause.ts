/** What the kernel and the surroundings say about user namespaces; undefined where there is no such switch. */
export interface NamespaceSwitches {
  /** kernel.apparmor_restrict_unprivileged_userns (Ubuntu 23.10 and later). */
  readonly apparmor: string | undefined
  /** kernel.unprivileged_userns_clone (Debian's kernels). */
  readonly clone: string | undefined
  /** user.max_user_namespaces. */
  readonly most: string | undefined
  /** Whether we are root, whom the first two do not bind. */
  readonly root: boolean
  /** Whether we seem to be inside a container. */
  readonly container: boolean
}

export interface BubblewrapCause {
  readonly why: string
  readonly hint: string
}

/** Why bubblewrap can't open a user namespace, from what it printed and the kernel's switches. */
export function explainBubblewrap(printed: string, switches: NamespaceSwitches): BubblewrapCause {
  const said = printed.trim().split('\n').at(-1) ?? ''
  const known = causeOf(switches)
  if (known !== undefined) return { why: `${known.why} (it said: ${said})`, hint: known.hint }
  return {
    why: `bubblewrap cannot start: ${said}`,
    hint: 'Try `bwrap --unshare-user --bind / / true` by hand.',
  }
}

function causeOf({ apparmor, clone, most, root, container }: NamespaceSwitches): BubblewrapCause | undefined {
  if (!root && apparmor === '1') return byAppArmor
  if (!root && clone === '0') {
    return {
      why: 'bubblewrap may not open user namespaces: kernel.unprivileged_userns_clone is 0',
      hint: 'Run `sudo sysctl -w kernel.unprivileged_userns_clone=1` in a step before.',
    }
  }
  if (most === '0') {
    return {
      why: 'bubblewrap may not open user namespaces: user.max_user_namespaces is 0',
      hint: 'Run `sudo sysctl -w user.max_user_namespaces=15000` in a step before.',
    }
  }
  if (!container) return undefined
  return {
    why: 'bubblewrap may not open namespaces inside this container',
    hint: 'Start the container with `--privileged` (a job: `container.options: --privileged`), or run the job on the machine itself.',
  }
}

const byAppArmor: BubblewrapCause = {
  why: 'AppArmor keeps bubblewrap from opening user namespaces: kernel.apparmor_restrict_unprivileged_userns is 1, as on Ubuntu 24.04',
  hint: [
    'Either run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` in a step before,',
    'or give bubblewrap a profile that allows it: write "abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }"',
    'to /etc/apparmor.d/bwrap and run `sudo apparmor_parser -r /etc/apparmor.d/bwrap`.',
  ].join('\n'),
}
