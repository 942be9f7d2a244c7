import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Machine } from '../../../src/domain/machine.ts'
import { checkEmulation } from '../../../src/melange/emulation.ts'
import { architecture, machineAt, temporaryFolder } from '../../support/melange-fixtures.ts'

/** As Linux 6.18 shows Debian's entry. */
const handler = (state: string, flags: string) =>
  `${state}\ninterpreter /usr/libexec/qemu-binfmt/aarch64-binfmt-P\nflags: ${flags}\noffset 0\nmagic 7f454c460201010000000000000000000200b700\nmask ffffffffffffff00fffffffffffffffffeffffff\n`

async function check(
  archs: string,
  files: Readonly<Record<string, string>>,
  more: { runner?: 'docker' | 'qemu'; os?: 'darwin'; dockerHost?: string } = {},
): Promise<unknown> {
  const handlers = join(temporaryFolder(), 'binfmt_misc')
  await mkdir(handlers)
  for (const [name, text] of Object.entries(files)) await writeFile(join(handlers, name), text)
  const { runner = 'bubblewrap', os = 'linux' as const, dockerHost = 'unix:///s' } = more
  const machine: Machine = { ...machineAt('/w'), os, dockerHost }
  const architectures = archs.split(' ').map(architecture)
  return checkEmulation({ architectures, machine, runner, handlers }).catch((error: unknown) => error)
}

const enabled = { status: 'enabled\n', 'qemu-aarch64': handler('enabled', 'POF') }

it('asks for nothing where everything is native', async () => {
  expect(await check('amd64 386', {})).toBeUndefined()
})

it('is content with an enabled handler that is fixed', async () => {
  expect(await check('amd64 arm64', enabled)).toBeUndefined()
  expect(
    await check('arm64', { 'qemu-aarch64': handler('enabled', 'POCF') }, { runner: 'docker' }),
  ).toBeUndefined()
})

it('names every platform that cannot run, and three ways out', async () => {
  expect(await check('amd64 arm64 s390x riscv64', enabled)).toMatchObject({
    code: 'EMULATION_MISSING',
    message: [
      'this machine (linux/amd64) cannot run what is built for other platforms:',
      '  linux/s390x: no handler qemu-s390x in binfmt_misc',
      '  linux/riscv64: no handler qemu-riscv64 in binfmt_misc',
    ].join('\n'),
    hint: expect.stringMatching(
      /docker\/setup-qemu-action(.|\n)*native runners(.|\n)*fewer "platforms"/,
    ) as string,
  })
})

it.each([
  [{ status: 'disabled\n', 'qemu-aarch64': handler('enabled', 'F') }, 'binfmt_misc is disabled'],
  [{ 'qemu-aarch64': handler('disabled', 'F') }, 'the handler qemu-aarch64 is disabled'],
  [{ 'qemu-aarch64': handler('enabled', 'PO') }, 'lacks the flag F'],
  [{ 'qemu-aarch64': handler('enabled', '') }, 'lacks the flag F'],
])('does not take %#: %s', async (files, why) => {
  expect(await check('arm64', files)).toMatchObject({
    message: expect.stringContaining(`linux/arm64: `) as string,
  })
  expect(await check('arm64', files)).toMatchObject({ message: expect.stringContaining(why) as string })
})

it.each([
  ['virtual machines', { runner: 'qemu' }],
  ['macOS', { runner: 'docker', os: 'darwin' }],
  ['an engine elsewhere', { runner: 'docker', dockerHost: 'tcp://elsewhere:2375' }],
] as const)('leaves it to %s', async (_, more) => {
  expect(await check('arm64', {}, more)).toBeUndefined()
})
