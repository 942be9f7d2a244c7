import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import type { Machine } from '../../../src/domain/machine.ts'
import { Transient } from '../../../src/domain/transient.ts'
import { chooseSandbox } from '../../../src/melange/sandbox.ts'
import type { SandboxWish } from '../../../src/melange/sandbox-choice.ts'
import { fakePorts, type Answer, type Script } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'
import { machineAt, temporaryFolder } from '../../support/melange-fixtures.ts'

const missing: Answer = ({ tool }) =>
  Promise.reject(new Failure('TOOL_MISSING', `there is no program ${tool}`))
const noUserNamespaces: Answer = ({ args }) =>
  args.includes('--version')
    ? { stdout: 'bubblewrap 0.9.0\n' }
    : { code: 1, stderr: 'bwrap: setting up uid map: Permission denied\n' }

/** A root folder with the kernel's switches. */
async function rootWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = temporaryFolder()
  for (const [path, text] of Object.entries({
    'proc/self/status': 'Name:\tnode\nUid:\t1001\t1001\t1001\t1001\n',
    ...files,
  })) {
    await mkdir(join(root, path, '..'), { recursive: true })
    await writeFile(join(root, path), text)
  }
  return root
}

/** A real socket, so that only what answers is scripted. */
async function socket(): Promise<string> {
  const path = join(temporaryFolder(), 's')
  const server = createServer()
  await new Promise<void>(resolve => void server.listen(path, resolve))
  onTestFinished(async () => server[Symbol.asyncDispose]())
  return `unix://${path}`
}

async function choose(
  script: Script,
  more: { wish?: SandboxWish; root?: string; dockerHost?: string; os?: 'darwin' } = {},
) {
  const ports = fakePorts(script)
  const {
    wish = 'auto',
    root = await rootWith({}),
    dockerHost = 'unix:///no/such/socket',
    os = 'linux',
  } = more
  const machine: Machine = { ...machineAt('/w'), dockerHost, os }
  const chosen = await chooseSandbox({ wish, machine, root }, ports).catch((error: unknown) => error)
  return { chosen, ports }
}

const ping = { http: async (request: Parameters<typeof answer>[0]) => answer(request, 200, { body: 'OK' }) }

it('tries bubblewrap as melange will start it, and asks no further when it works', async () => {
  const { chosen, ports } = await choose({ processes: { bwrap: { stdout: 'bubblewrap 0.9.0\n' } } })
  expect(chosen).toEqual({ runner: 'bubblewrap', why: 'bubblewrap 0.9.0 works here' })
  expect(ports.commands.map(({ args }) => args.slice(0, 5).join(' '))).toEqual([
    '--version',
    '--unshare-user --uid 1000 --gid 1000',
    '--unshare-user true',
  ])
  expect(ports.requests).toEqual([])
})

it('leaves the user namespace out for root, as melange does', async () => {
  const root = await rootWith({ 'proc/self/status': 'Uid:\t0\t0\t0\t0\n' })
  const { ports } = await choose({ processes: { bwrap: {} } }, { root })
  expect(ports.commands[1]?.args.slice(0, 4)).toEqual(['--bind', '/', '/', '--unshare-pid'])
})

it('holds to what melange itself refuses', async () => {
  const bwrap: Answer = ({ args }) =>
    args.join(' ') === '--unshare-user true'
      ? { code: 1, stderr: 'bwrap: setting up uid map: Permission denied' }
      : {}
  const { chosen } = await choose({ processes: { bwrap } }, { wish: 'bubblewrap' })
  expect(chosen).toMatchObject({ code: 'SANDBOX_MISSING' })
})

it('goes on to docker, and says that AppArmor is why', async () => {
  const root = await rootWith({ 'proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' })
  const dockerHost = await socket()
  const { chosen, ports } = await choose(
    { processes: { bwrap: noUserNamespaces }, ...ping },
    { root, dockerHost },
  )
  expect(chosen).toMatchObject({
    runner: 'docker',
    why: expect.stringMatching(/^docker answers at unix:.*; AppArmor keeps/) as string,
  })
  expect(ports.requests).toMatchObject([
    { method: 'GET', url: 'http://localhost/_ping', socket: dockerHost.slice(7) },
  ])
})

it('tells what was found for each when none works', async () => {
  const root = await rootWith({ 'proc/sys/kernel/unprivileged_userns_clone': '0\n' })
  const { chosen } = await choose({ processes: { bwrap: noUserNamespaces } }, { root })
  expect(chosen).toMatchObject({
    code: 'SANDBOX_MISSING',
    message: [
      'no sandbox works here for the builds of melange:',
      '  bubblewrap: bubblewrap may not open user namespaces: kernel.unprivileged_userns_clone is 0 (it said: bwrap: setting up uid map: Permission denied)',
      '  docker: there is no socket /no/such/socket',
    ].join('\n'),
  })
})

it.each(['.dockerenv', 'run/.containerenv'])('sees a container by %s', async mark => {
  const root = await rootWith({ [mark]: '' })
  const { chosen } = await choose({ processes: { bwrap: noUserNamespaces } }, { root })
  expect(chosen).toMatchObject({ message: expect.stringContaining('inside this container') as string })
})

it('says what is missing, for a wish too', async () => {
  const { chosen } = await choose({ processes: { bwrap: missing } }, { wish: 'bubblewrap' })
  expect(chosen).toMatchObject({
    code: 'SANDBOX_MISSING',
    message: 'runner bubblewrap does not work here:\n  bubblewrap: bwrap is not installed',
    hint: expect.stringContaining('sudo apt-get install bubblewrap') as string,
  })
  const qemu = await choose({ processes: { 'qemu-system-x86_64': missing } }, { wish: 'qemu' })
  expect(qemu.chosen).toMatchObject({
    message: expect.stringContaining('qemu-system-x86_64 is not installed') as string,
  })
  const there = await choose({ processes: { 'qemu-system-x86_64': {} } }, { wish: 'qemu' })
  expect(there.chosen).toEqual({ runner: 'qemu', why: 'qemu-system-x86_64 is installed' })
})

it('has docker alone on macOS', async () => {
  const { chosen, ports } = await choose(ping, { os: 'darwin', dockerHost: 'tcp://10.0.0.1:2376' })
  expect(chosen).toEqual({ runner: 'docker', why: 'docker answers at tcp://10.0.0.1:2376' })
  expect(ports.commands).toEqual([])
  expect(ports.requests).toMatchObject([{ url: 'https://10.0.0.1:2376/_ping' }])
})

it.each([
  ['ssh://me@host', {}, 'the address ssh://me@host is of a kind we cannot speak to'],
  [
    'tcp://127.0.0.1:2375',
    {
      http: () =>
        Promise.reject(
          new Transient(new Failure('NETWORK_FAILED', 'cannot reach 127.0.0.1:2375: connection refused')),
        ),
    },
    'nothing answers at tcp://127.0.0.1:2375 (cannot reach 127.0.0.1:2375: connection refused)',
  ],
  [
    'tcp://127.0.0.1:2375',
    { http: async (request: Parameters<typeof answer>[0]) => answer(request, 404) },
    'what answers at tcp://127.0.0.1:2375 is no container engine (status 404)',
  ],
])('tells for docker at %s what is wrong', async (dockerHost, script, why) => {
  const { chosen } = await choose(script, { wish: 'docker', dockerHost })
  expect(chosen).toMatchObject({ code: 'SANDBOX_MISSING', message: expect.stringContaining(why) as string })
})

it('passes on what is no answer of the network', async () => {
  const { chosen } = await choose(
    { http: () => Promise.reject(new TypeError('bug')) },
    { wish: 'docker', dockerHost: 'tcp://h:1' },
  )
  expect(chosen).toBeInstanceOf(TypeError)
  const asked = await choose({ processes: { bwrap: () => Promise.reject(new TypeError('bug')) } })
  expect(asked.chosen).toBeInstanceOf(TypeError)
})
