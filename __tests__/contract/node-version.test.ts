import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'

const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })`

it('the command tells an older Node what it needs, before it loads anything', async () => {
  const args = [`--import=data:text/javascript,${encodeURIComponent(older)}`, 'src/entries/cli.ts', '--help']
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: 'error: giropops needs Node 24 or newer, this is 20.20.2\n',
  })
  expect(await readFile('src/entries/cli.ts', 'utf8')).not.toMatch(/^import /m)
})

it('the command runs on this one', () => {
  const { status, stdout } = spawnSync(process.execPath, ['src/entries/cli.ts', '--help'], {
    encoding: 'utf8',
  })
  expect([status, stdout.split(' ', 1)[0]]).toEqual([0, 'giropops'])
})
