import { expect, it } from 'vitest'
import { explainBubblewrap, type NamespaceSwitches } from '../../../src/melange/bubblewrap-cause.ts'
import { candidatesFor, decideSandbox } from '../../../src/melange/sandbox-choice.ts'

const bubblewrap = { sandbox: 'bubblewrap', works: true, why: 'bubblewrap 0.8.0 works here' } as const
const docker = { sandbox: 'docker', works: true, why: 'docker answers' } as const
const noBubblewrap = {
  ...bubblewrap,
  works: false,
  why: 'bwrap is not installed',
  hint: 'Install it.',
} as const
const noDocker = { ...docker, works: false, why: 'there is no socket /s' } as const

it('looks at bubblewrap first, at docker alone on macOS, at the wish alone', () => {
  expect(candidatesFor('auto', 'linux')).toEqual(['bubblewrap', 'docker'])
  expect(candidatesFor('auto', 'darwin')).toEqual(['docker'])
  expect(candidatesFor('qemu', 'linux')).toEqual(['qemu'])
})

it('takes the first that works and says why', () => {
  expect(decideSandbox('auto', [bubblewrap])).toEqual({
    runner: 'bubblewrap',
    why: 'bubblewrap 0.8.0 works here',
  })
  expect(decideSandbox('auto', [noBubblewrap, docker])).toEqual({
    runner: 'docker',
    why: 'docker answers; bwrap is not installed',
  })
})

it('tells what was found and the ways out when none works', () => {
  const decide = () => decideSandbox('auto', [noBubblewrap, noDocker])
  expect(decide).toThrow(
    expect.objectContaining({
      code: 'SANDBOX_MISSING',
      message:
        'no sandbox works here for the builds of melange:\n  bubblewrap: bwrap is not installed\n  docker: there is no socket /s',
      hint: expect.stringMatching(
        /^Install it\.\nThree ways out:\n- bubblewrap: .*\n- docker: .*\n- `runner: qemu`/,
      ) as string,
    }),
  )
  expect(() => decideSandbox('docker', [noDocker])).toThrow(/^runner docker does not work here:/)
})

const open: NamespaceSwitches = {
  apparmor: undefined,
  clone: undefined,
  most: '100',
  root: false,
  container: false,
}
const refused =
  'bwrap: No permissions to create new namespace, likely because the kernel does not allow non-privileged user namespaces.'

it.each([
  [
    'AppArmor keeps',
    'kernel.apparmor_restrict_unprivileged_userns=0',
    { apparmor: '1', clone: '1' },
    'bwrap: setting up uid map: Permission denied',
  ],
  ['kernel.unprivileged_userns_clone is 0', 'unprivileged_userns_clone=1', { clone: '0' }, refused],
  [
    'user.max_user_namespaces is 0',
    'max_user_namespaces=15000',
    { most: '0', root: true },
    'bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)',
  ],
  [
    'inside this container',
    '--privileged',
    { container: true, root: true, apparmor: '1' },
    'bwrap: Creating new namespace failed: Operation not permitted',
  ],
  [
    'inside this container',
    '--privileged',
    { container: true },
    "bwrap: Can't mount proc on /newroot/proc: Operation not permitted",
  ],
  ['bubblewrap cannot start: bwrap: boom', 'by hand', {}, 'bwrap: boom\n'],
])('%s', (why, hint, switches, printed) => {
  const cause = explainBubblewrap(printed, { ...open, ...switches })
  expect(cause.why).toContain(why)
  expect(cause.why).toContain(printed.trim())
  expect(cause.hint).toContain(hint)
})

it('names the profile for AppArmor too', () => {
  const { hint } = explainBubblewrap('x', { ...open, apparmor: '1' })
  expect(hint).toContain('profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }')
  expect(hint).toContain('apparmor_parser -r /etc/apparmor.d/bwrap')
})
