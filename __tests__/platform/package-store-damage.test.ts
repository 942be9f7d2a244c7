import { execFileSync } from 'node:child_process'
import {
  copyFile,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/melange-fixtures.ts'
import { apk, name, storeScene } from '../support/package-store-scene.ts'

const [first, second] = ['a', 'b'].map(digit => digit.repeat(64)) as [string, string]

type Damage = (entry: string, folder: string) => Promise<unknown>
const manifestWith = async (entry: string, change: (text: string) => string): Promise<void> => {
  const file = join(entry, 'manifest.json')
  await writeFile(file, change(await readFile(file, 'utf8')))
}
it.each<[string, Damage, RegExp]>([
  ['a byte is different', async entry => poison(join(entry, name)), /not what was kept/],
  ['an apk is cut off', entry => truncate(join(entry, name), 100), /has 100 bytes/],
  ['an apk is empty', entry => truncate(join(entry, name), 0), /has 0 bytes/],
  ['an apk is gone', entry => rm(join(entry, name)), /holds nothing, not hello/],
  ['an apk is a link', linkInstead, /is no file/],
  ['a file more is there', entry => copyFile(apk, join(entry, 'other-1-r0.apk')), /other-1-r0\.apk/],
  ['there is no manifest', entry => rm(join(entry, 'manifest.json')), /manifest\.json is not there/],
  ['the manifest is a pipe', pipeInstead, /manifest\.json is no file/],
  ['the manifest is a folder', folderInstead, /manifest\.json is no file/],
  ['the manifest is cut off', entry => truncate(join(entry, 'manifest.json'), 40), /cannot be read/],
  ['the manifest is no object', entry => manifestWith(entry, () => '[]'), /cannot be read/],
  ['the manifest lists nothing', entry => manifestWith(entry, listNothing), /holds no package/],
  [
    'a name leads out',
    entry => manifestWith(entry, text => text.replace(name, `../${name}`)),
    /cannot be read/,
  ],
  [
    'another package says so',
    entry => manifestWith(entry, text => text.replace('1.2.3-r0"', '1.2.4-r0"')),
    /hello 1\.2\.3-r0/,
  ],
  ['the entry is of another key', (entry, folder) => moveFrom(second, entry, folder), /another key/],
  [
    'the entry is a file',
    async entry => (await rm(entry, { recursive: true }), writeFile(entry, 'x')),
    /the entry is no folder/,
  ],
])('is a miss with a warning, and mended by the next build, when %s', async (_, damage, reason) => {
  const { folder, store, find, ports } = storeScene()
  await store.keep(first, [apk])
  await store.keep(second, [apk])
  await damage(join(folder, first), folder)
  const target = temporaryFolder()
  expect(await store.find(first, target)).toBeUndefined()
  expect(ports.lines).toEqual([expect.stringMatching(/^warning: a stored package is damaged/)])
  expect(ports.lines[0]).toMatch(reason)
  expect(await readdir(target)).toEqual([])
  expect(await readdir(join(folder, '.fresh'))).toEqual([])
  await store.keep(first, [apk])
  expect(await find(first)).toHaveLength(1)
  expect(ports.lines).toHaveLength(1)
})

/** Another byte in the middle, the size as it was. */
async function poison(file: string): Promise<void> {
  const bytes = await readFile(file)
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff
  await writeFile(file, bytes)
}

async function pipeInstead(entry: string): Promise<void> {
  await rm(join(entry, 'manifest.json'))
  execFileSync('mkfifo', [join(entry, 'manifest.json')])
}

async function folderInstead(entry: string): Promise<void> {
  await rm(join(entry, 'manifest.json'))
  await mkdir(join(entry, 'manifest.json'))
}

async function linkInstead(entry: string): Promise<void> {
  await rm(join(entry, name))
  await symlink(apk, join(entry, name))
}

async function moveFrom(key: string, entry: string, folder: string): Promise<void> {
  await rm(entry, { recursive: true })
  await rename(join(folder, key), entry)
}

function listNothing(text: string): string {
  return JSON.stringify({ ...(JSON.parse(text) as object), packages: [] })
}
