import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readApkoFile } from '../../../src/apko/apko-file.ts'
import { findLocks } from '../../../src/pipeline/find-locks.ts'
import { arch } from '../../support/planned-files.ts'
import { temporaryFolder } from '../../stages/apko/temporary-folder.ts'

const apko = 'contents:\n  packages: [a]\n'

/** A lock for the text of the apko file above. */
async function lockText(workspace: string, file: string, architecture = 'x86_64'): Promise<string> {
  const { checksum } = await readApkoFile(join(workspace, file), file, workspace)
  const packages = [{ name: 'a', version: '1-r0', url: 'x', architecture, checksum: 'Q1a' }]
  return JSON.stringify({ version: 'v1', config: { checksum }, contents: { packages } })
}

interface Given {
  readonly lockfile?: string
  readonly files?: readonly string[]
  /** Locks that are there, by path. */
  readonly locks?: readonly string[]
  readonly mangle?: (text: string) => string
  readonly packages?: readonly string[]
  /** Stands where the lock `env/dev.lock.json` would be. */
  readonly instead?: 'folder' | 'pipe'
}

async function find({
  lockfile,
  files = ['env/dev.yaml'],
  locks = [],
  mangle = text => text,
  packages = [],
  instead,
}: Given) {
  const workspace = await temporaryFolder(Object.fromEntries(files.map(file => [file, apko])))
  for (const path of locks) {
    await mkdir(dirname(join(workspace, path)), { recursive: true })
    await writeFile(join(workspace, path), mangle(await lockText(workspace, files[0] ?? '')))
  }
  const place = join(workspace, 'env/dev.lock.json')
  if (instead === 'folder') await mkdir(place)
  if (instead === 'pipe') execFileSync('mkfifo', [place])
  const images = await Promise.all(
    files.map(async file => ({
      file: await readApkoFile(join(workspace, file), file, workspace),
      architectures: [arch('amd64')],
      name: 'x',
      repositories: [],
      tags: ['1'],
    })),
  )
  const found = await findLocks(images, { lockfile, packages, workspace })
  const shown = found.images.map(({ lock }) => lock && `${lock.mode} ${lock.file}`)
  return {
    shown,
    failures: found.failures.map(({ code, message, at }) => `${at?.line ?? ''} ${code} ${message}`),
  }
}

describe('the lock of an image', () => {
  it.each<[string, Given, readonly (string | undefined)[]]>([
    ['none, where none is', {}, [undefined]],
    ['beside the apko file', { locks: ['env/dev.lock.json'] }, ['use env/dev.lock.json']],
    ['not another one', { locks: ['dev.lock.json'] }, [undefined]],
    ['by its path', { lockfile: 'locks/a.json', locks: ['locks/a.json'] }, ['use locks/a.json']],
    [
      'by a path with the name',
      { lockfile: './locks/{name}.json', locks: ['locks/dev.json'] },
      ['use locks/dev.json'],
    ],
    ['to be written', { lockfile: 'update' }, ['update env/dev.lock.json']],
    [
      'to be written for each',
      { lockfile: 'UPDATE', files: ['a.yml', 'b.yaml'] },
      ['update a.lock.json', 'update b.lock.json'],
    ],
    ['frozen', { lockfile: 'frozen', locks: ['env/dev.lock.json'] }, ['frozen env/dev.lock.json']],
  ])('is %s', async (_, given, expected) => {
    expect(await find(given)).toEqual({ shown: expected, failures: [] })
  })

  const there = { locks: ['env/dev.lock.json'] }
  it.each<[string, Given, string | RegExp]>([
    [
      'frozen and not there',
      { lockfile: 'frozen' },
      ' LOCK_INVALID there is no lock env/dev.lock.json for env/dev.yaml',
    ],
    [
      'named and not there',
      { lockfile: 'no.json' },
      ' LOCK_INVALID there is no lock no.json for env/dev.yaml',
    ],
    [
      'a folder',
      { lockfile: 'frozen', instead: 'folder' },
      ' LOCK_INVALID cannot read the lock env/dev.lock.json: it is a folder',
    ],
    [
      'a pipe',
      { lockfile: 'env/dev.lock.json', instead: 'pipe' },
      ' LOCK_INVALID cannot read the lock env/dev.lock.json: it is a pipe',
    ],
    [
      'a pipe, to be written',
      { lockfile: 'update', instead: 'pipe' },
      ' LOCK_INVALID cannot read the lock env/dev.lock.json: it is a pipe',
    ],
    ['not JSON', { ...there, mangle: text => text.slice(1) }, /^1 LOCK_INVALID .*it is not JSON/],
    [
      'of other line ends, frozen',
      { ...there, lockfile: 'frozen', mangle: text => text.replace('}', '}\r\n') },
      /^1 LOCK_INVALID .*\(CRLF\)/,
    ],
    [
      'of another text',
      { ...there, mangle: text => text.replace('"checksum":"sha256-', '\n"checksum":"sha256-x') },
      /^2 LOCK_STALE .* env\/dev.yaml, or what it includes, was changed since/,
    ],
    [
      'of no text',
      { ...there, mangle: text => text.replace('checksum', 'other') },
      /^1 LOCK_STALE .*does not say which text/,
    ],
    [
      'without the platform',
      { ...there, mangle: text => text.replace('x86_64', 'aarch64') },
      /^1 LOCK_STALE .*no packages for linux\/amd64/,
    ],
    [
      'with another version',
      { ...there, packages: ['a=2-r0'] },
      /LOCK_STALE .*"a=2-r0" is asked for, it has 1-r0/,
    ],
    [
      'shared',
      { lockfile: 'one.json', files: ['a.yaml', 'b.yaml'], locks: ['one.json'] },
      / INPUT_INVALID input "lockfile" is "one.json" for several images/,
    ],
  ])('%s fails', async (_, given, expected) => {
    const { failures } = await find(given)
    expect(failures).toEqual([expect.stringMatching(expected)])
  })

  it('with other line ends is good enough when it is not frozen', async () => {
    expect((await find({ ...there, mangle: text => text.replace('}', '}\r\n') })).failures).toEqual([])
  })
})
