import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { findArchitecture } from '../../../src/domain/architecture.ts'
import { readArguments } from './fake-arguments.ts'
import { noteCall } from './fake-calls.ts'
import { openFakeLayout, type FakeInstalled } from './fake-layout.ts'
import { fakeSpdx } from './fake-spdx.ts'

/**
 * `apko build` in small: a true OCI layout of one layer for each architecture, whose package database lists what the file
 * asks for, and SBOMs that list only what was built in this run, as today's apko does. `FAKE_APKO_LOG` names a log that it
 * prints before it fails; with `FAKE_APKO_BRINGS=busybox:libcrypto3`, the first package needs the second, which comes with it. `apko lock` lists the same packages, and a build by a lock installs what the lock lists. `apko show-packages` picks nothing.
 */
const argv = process.argv.slice(2)
const { words, one, all } = readArguments(argv)
const [command, config = '', , layout = ''] = words
if (argv.join(' ') === 'lock --help') {
  process.stdout.write('Flags:\n  -k, --keyring-append strings   keys\n      --output string   lock file\n')
} else {
  await noteCall('apko', argv)
  const log = process.env['FAKE_APKO_LOG']
  if (log !== undefined) {
    process.stderr.write(await readFile(log))
    process.exitCode = 1
  } else if (command === 'build') await build()
  else if (command === 'lock') await lock()
  // No package of a repository is installed where the fake melange builds.
  else if (command === 'show-packages') process.exitCode = 0
  else throw new Error(`the fake apko has no command ${command ?? ''}`)
}

async function lock(): Promise<void> {
  const packages = []
  for (const architecture of one('--arch').split(',')) {
    for (const { name, version, checksum, ours } of await resolve(architecture)) {
      const url = `${ours ? 'packages' : 'https://apk.example/main'}/${architecture}/${name}-${version}.apk`
      packages.push({ name, url, version, architecture, checksum })
    }
  }
  const checksum = `sha256-${createHash('sha256')
    .update(await readFile(config))
    .digest('base64')}`
  const document = { version: 'v1', config: { name: config, checksum }, contents: { packages } }
  await writeFile(one('--output'), `${JSON.stringify(document, null, 2)}\n`)
}

interface Resolved extends FakeInstalled {
  readonly ours: boolean
}

/** What the file asks for on an architecture, as apk names it. */
async function resolve(apk: string): Promise<readonly Resolved[]> {
  const { include, contents = {} } = parse(await readFile(config, 'utf8')) as FakeConfig
  const included = include === undefined ? {} : (parse(await readFile(include, 'utf8')) as FakeConfig)
  const wanted = [
    ...(included.contents?.packages ?? []),
    ...(contents.packages ?? []),
    ...all('--package-append'),
  ]
  const built = await readdir(join('packages', apk)).catch(() => [])
  const [bringer = '', brought = ''] = (process.env['FAKE_APKO_BRINGS'] ?? '').split(':')
  const installed = wanted.includes(bringer) ? [...wanted, brought] : wanted
  return installed.map(name => {
    const file = built.find(each => each.startsWith(`${name}-`) && each.endsWith('.apk'))
    const version = file?.slice(name.length + 1, -'.apk'.length) ?? '1.2.3-r4'
    const sha1 = createHash('sha1').update(`${name}-${version}`).digest('base64')
    const depends = name === bringer ? { depends: [brought] } : {}
    return { name, version, arch: apk, checksum: `Q1${sha1}`, ours: file !== undefined, ...depends }
  })
}

interface FakeConfig {
  readonly include?: string
  readonly contents?: { readonly packages?: readonly string[] }
}

/** What a lock lists for an architecture. */
async function locked(apk: string): Promise<readonly Resolved[]> {
  const { contents } = JSON.parse(await readFile(one('--lockfile'), 'utf8')) as {
    contents: {
      packages: { name: string; version: string; architecture: string; checksum: string; url: string }[]
    }
  }
  return contents.packages
    .filter(({ architecture }) => architecture === apk)
    .map(({ url, ...each }) => {
      const [bringer, brought = ''] = (process.env['FAKE_APKO_BRINGS'] ?? '').split(':')
      const depends = each.name === bringer ? { depends: [brought] } : {}
      return { ...each, arch: apk, ours: url.startsWith('packages/'), ...depends }
    })
}

async function build(): Promise<void> {
  const writer = await openFakeLayout(layout)
  await mkdir(one('--sbom-path'), { recursive: true })
  const epoch = Number(process.env['SOURCE_DATE_EPOCH'] ?? '0')
  for (const apk of one('--arch').split(',')) {
    const installed = one('--lockfile') === '' ? await resolve(apk) : await locked(apk)
    const platform = findArchitecture(apk)?.platform ?? ''
    const digest = await writer.addPlatform(platform, installed)
    const spdx = fakeSpdx(
      digest,
      installed.filter(({ ours }) => ours),
      epoch,
    )
    await writeFile(join(one('--sbom-path'), `sbom-${apk}.spdx.json`), spdx)
    process.stderr.write(`2026/01/02 03:04:05 INFO layer digest: ${digest} arch=${apk}\n`)
  }
  const digest = await writer.finish()
  await writeFile(join(one('--sbom-path'), 'sbom-index.spdx.json'), fakeSpdx(digest, [], epoch))
}
