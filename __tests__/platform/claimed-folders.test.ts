import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openClaimedFolders } from '../../src/platform/claimed-folders.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claimed-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const lock = () => join(folder, '.giropops-lock')

/** Another process that has claimed the folder, by its id, until `end`, which kills it. */
async function otherRun(): Promise<{ readonly pid: number | undefined; readonly end: () => Promise<void> }> {
  const source = pathToFileURL('src/platform/claimed-folders.ts').href
  const program = `const { openClaimedFolders } = await import(${JSON.stringify(source)})
await openClaimedFolders().claim(${JSON.stringify(folder)})
console.log('claimed')
setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise(resolve => child.stdout.once('data', resolve))
  return {
    pid: child.pid,
    end: () =>
      new Promise(resolve => {
        child.once('close', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

it('a claim tells of its process, and goes when it is given back', async () => {
  const claimed = openClaimedFolders()
  await claimed.claim(folder)
  await claimed.claim(folder)
  expect(JSON.parse(await readFile(lock(), 'utf8'))).toMatchObject({ pid: process.pid })
  await claimed.release()
  expect(await readdir(folder)).toEqual([])
})

it('what a live process has is refused, what a dead one had is taken over', async () => {
  const other = await otherRun()
  const claimed = openClaimedFolders()
  await expect(claimed.claim(folder)).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: `another run (process ${other.pid}) is writing to ${folder}`,
    hint: expect.stringContaining('another "output"'),
  })
  await claimed.release()
  expect(await readdir(folder)).toEqual(['.giropops-lock'])
  await other.end()
  await claimed.claim(folder)
  expect(await readdir(folder)).toEqual(['.giropops-lock'])
  expect(JSON.parse(await readFile(lock(), 'utf8'))).toMatchObject({ pid: process.pid })
  await claimed.release()
})

it.each(['', 'nonsense', JSON.stringify({ pid: process.pid, started: '1', space: '0', host: 'elsewhere' })])(
  'a lock of no process that is alive is taken over: %j',
  async text => {
    await writeFile(lock(), text)
    const claimed = openClaimedFolders()
    await claimed.claim(folder)
    await claimed.release()
    expect(await readdir(folder)).toEqual([])
  },
)

it('a lock that is no longer ours stays', async () => {
  const claimed = openClaimedFolders()
  await claimed.claim(folder)
  await writeFile(lock(), 'of another')
  await claimed.release()
  expect(await readFile(lock(), 'utf8')).toBe('of another')
})

it('goes with a folder that is gone', async () => {
  const claimed = openClaimedFolders()
  await claimed.claim(folder)
  await rm(folder, { recursive: true })
  await claimed.release()
  await expect(readdir(folder)).rejects.toThrow('ENOENT')
})
