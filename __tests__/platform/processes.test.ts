import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openChildren, type Children } from '../../src/platform/children.ts'
import { openProcesses } from '../../src/platform/processes.ts'
import type { Command, Processes } from '../../src/ports.ts'

let folder: string
let children: Children
let processes: Processes

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'processes with blanks-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => {
  children = openChildren()
  const env = { PATH: process.env['PATH'], INPUT_TOKEN: 'secret', KEPT: 'kept' }
  processes = openProcesses({ env, children })
})

/** A program of the test's own, at a path with blanks. */
async function script(name: string, body: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\n${body}\n`)
  await chmod(path, 0o755)
  return path
}

async function linesOf(command: Command): Promise<string[]> {
  const lines: string[] = []
  await processes.run({ ...command, onLine: line => lines.push(line) })
  return lines
}

const shell = (body: string): Command => ({ tool: '/bin/sh', args: ['-c', body] })

describe('run with a time limit', () => {
  it('kills the program with all that it started, and says so', async () => {
    const marker = join(folder, 'late')
    const body = `(sleep 3; touch '${marker}') & echo begun; sleep 30`
    const finished = await processes.run({ ...shell(body), timeLimit: 200, onLine: () => {} })
    expect(finished).toMatchObject({ code: 137, timedOut: true, stdout: 'begun\n' })
    await new Promise(resolve => setTimeout(resolve, 3_200))
    expect(existsSync(marker)).toBe(false)
  })

  it('leaves one alone that ends in time', async () => {
    const finished = await processes.run({ ...shell('exit 3'), timeLimit: 20_000, onLine: () => {} })
    expect(finished.code).toBe(3)
    expect(finished).not.toHaveProperty('timedOut')
  })
})

describe('ask with a time limit', () => {
  it('kills the program with all that it started, and names both', async () => {
    const marker = join(folder, 'too late')
    const tool = await script('hangs', `(sleep 2; touch '${marker}') & sleep 600`)
    const asked = processes.ask({ tool, args: ['version', 'secret'], timeLimit: 200 })
    await expect(asked).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: 'hangs version did not end within 0.2 s and was ended',
    })
    await new Promise(resolve => setTimeout(resolve, 2_200))
    expect(existsSync(marker)).toBe(false)
  })

  it('gives a minute where none is told', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const asked = Promise.allSettled([processes.ask(shell('sleep 600'))])
      vi.advanceTimersByTime(60_000)
      const message = 'sh did not end within 60 s and was ended'
      expect(await asked).toMatchObject([{ reason: { code: 'TOOL_FAILED', message } }])
    } finally {
      vi.useRealTimers()
    }
  })

  it('keeps a long answer whole', async () => {
    const { stdout } = await processes.ask(shell('head -c 3000000 /dev/zero'))
    expect(stdout).toHaveLength(3_000_000)
  })
})

describe.each(['ask', 'run'] as const)('%s', how => {
  const go = (command: Command) =>
    how === 'ask' ? processes.ask(command) : processes.run({ ...command, onLine: () => {} })

  it('answers output and exit code, whatever it is', async () => {
    const tool = await script('answer', 'echo "$1|$2"; echo err >&2; exit 7')
    expect(await go({ tool, args: ['a b', '"$HOME"'] })).toMatchObject({
      code: 7,
      stdout: 'a b|"$HOME"\n',
      stderr: 'err\n',
    })
  })

  it('hides what is secret from the child, and adds what is given', async () => {
    const finished = await go({ ...shell('echo "[$INPUT_TOKEN][$KEPT][$ADDED]"'), env: { ADDED: 'added' } })
    expect(finished.stdout).toBe('[][kept][added]\n')
  })

  it('runs in a folder, with an input', async () => {
    expect(await go({ ...shell('pwd; cat'), cwd: folder, input: 'text' })).toMatchObject({
      stdout: `${folder}\ntext`,
    })
    expect(await go({ ...shell('cat; echo end'), input: '' })).toMatchObject({ stdout: 'end\n' })
  })

  it('survives a program that leaves its input unread', async () => {
    expect(await go({ ...shell('exit 0'), input: 'x'.repeat(1_000_000) })).toMatchObject({ code: 0 })
  })

  it('names a program that is not on PATH', async () => {
    await expect(go({ tool: 'no-such-program', args: [] })).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      message: 'there is no program "no-such-program" on PATH',
      hint: 'Install no-such-program, or add its folder to PATH.',
    })
  })

  it('names a path where there is none', async () => {
    const tool = join(folder, 'none')
    await expect(go({ tool, args: [] })).rejects.toMatchObject({
      code: 'TOOL_MISSING',
      message: `there is no program ${tool}`,
    })
  })

  it('names one that is not executable', async () => {
    const tool = await script('plain', '')
    await chmod(tool, 0o644)
    await expect(go({ tool, args: [] })).rejects.toMatchObject({
      code: 'TOOL_UNSUITED',
      message: `cannot start ${tool}: it is not executable`,
    })
  })

  it('names one whose loader is not there', async () => {
    const tool = join(folder, 'loader')
    await writeFile(tool, '#!/no/such/loader\n', { mode: 0o755 })
    await expect(go({ tool, args: [] })).rejects.toMatchObject({
      code: 'TOOL_UNSUITED',
      message: `cannot start ${tool}: the loader or library that it is linked with is not on this machine`,
    })
  })

  it('takes a missing folder for a bug of ours', async () => {
    const going = go({ ...shell('true'), cwd: join(folder, 'none') })
    await expect(going).rejects.toThrow(/none/)
    await expect(going).rejects.not.toHaveProperty('code')
  })
})

describe('run', () => {
  it('passes on lines of both streams, split characters and long lines whole', async () => {
    const lines = await linesOf(
      shell(
        `printf '\\303'; sleep 0.1; printf '\\247a\\r50%%\\r\\n'; head -c 200000 /dev/zero | tr '\\0' x; echo; echo err >&2; printf last`,
      ),
    )
    expect(lines).toEqual(expect.arrayContaining(['ça', '50%', 'x'.repeat(200_000), 'err', 'last']))
    expect(lines).toHaveLength(5)
  })

  it('keeps the end of a long output', async () => {
    const { stdout, pid } = await processes.run({
      ...shell('head -c 3000000 /dev/zero | tr "\\0" x; echo end'),
      onLine: () => {},
    })
    expect(stdout.length).toBeLessThan(1_200_000)
    expect(stdout.endsWith('xend\n')).toBe(true)
    expect(pid).toBeGreaterThan(0)
  })

  it('tells a death by signal as shells do', async () => {
    expect(await processes.run({ ...shell('kill -9 $$'), onLine: () => {} })).toMatchObject({ code: 137 })
  })

  it('does not wait for ever for a grandchild that holds the output', async () => {
    const pidFile = join(folder, 'grandchild')
    const finished = await processes.run({ ...shell(`sleep 600 & echo $! > '${pidFile}'`), onLine: () => {} })
    expect(finished.code).toBe(0)
    process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL')
  })
})

describe('cancel', () => {
  it.each([
    ['interrupts one that is asked with an input', ''],
    ['interrupts one that is asked without', undefined],
  ])('%s', async (_, input) => {
    const started = join(folder, `asked-${input}`)
    const waits = 'sleep 60'
    const asked = processes.ask({
      ...shell(`echo > "$F"; ${waits}`),
      env: { F: started },
      ...(input === undefined ? {} : { input }),
    })
    const outcome = Promise.allSettled([asked])
    while (!existsSync(started)) await new Promise(resolve => setTimeout(resolve, 5))
    await children.cancelAll(100)
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { code: 'CANCELLED' } }])
    expect(await processes.ask(shell('exit 3'))).toMatchObject({ code: 3 })
  })

  const started = async (body: string): Promise<{ ended: Promise<unknown>; lines: string[] }> => {
    const lines: string[] = []
    const up = Promise.withResolvers<void>()
    const ended = processes.run({
      ...shell(body),
      onLine: line => {
        lines.push(line)
        up.resolve()
      },
    })
    ended.catch(() => {})
    await up.promise
    return { ended, lines }
  }

  it('gives the child time to clean up, and refuses new ones', async () => {
    const { ended, lines } = await started(
      `trap 'echo cleaned; exit 1' INT; echo up; while :; do sleep 0.05; done`,
    )
    await children.cancelAll(600_000)
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(lines).toEqual(['up', 'cleaned'])
    expect(children.cancelled).toBe(true)
    await expect(processes.run({ ...shell('true'), onLine: () => {} })).rejects.toMatchObject({
      code: 'CANCELLED',
      message: 'the run was cancelled, sh with it',
    })
    expect(await processes.ask(shell('echo swept'))).toMatchObject({ stdout: 'swept\n' })
  })

  it('kills what does not end, with all that it started', async () => {
    const mark = join(folder, 'mark')
    await mkdir(mark)
    const inner = `trap '' INT; echo up; while [ -d '${mark}' ]; do sleep 0.05; done; touch '${mark}.left'`
    const { ended } = await started(`trap '' INT; (${inner}) & wait`)
    await children.cancelAll(50)
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' })
    await rm(mark, { recursive: true })
    await new Promise(resolve => setTimeout(resolve, 200))
    await expect(readFile(`${mark}.left`)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('kills at once when it is asked again', async () => {
    const { ended } = await started(`trap '' INT; echo up; while :; do sleep 0.05; done`)
    const first = children.cancelAll(600_000)
    await children.cancelAll(600_000)
    await first
    await expect(ended).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('kills all when our own process ends', async () => {
    const { ended } = await started(`trap '' INT; echo up; while :; do sleep 0.05; done`)
    children.killAll()
    expect(await ended).toMatchObject({ code: 137 })
  })
})
