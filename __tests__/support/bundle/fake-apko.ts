import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { findArchitecture } from '../../../src/domain/architecture.ts'
import { readArguments } from './fake-arguments.ts'
import { noteCall } from './fake-calls.ts'
import { openFakeLayout } from './fake-layout.ts'
import { fakeSpdx } from './fake-spdx.ts'

/**
 * `apko build` in small: a true OCI layout of one layer for each architecture, whose package database lists what the file
 * asks for, and SBOMs that list only what was built in this run, as today's apko does. `FAKE_APKO_LOG` names a log that it
 * prints before it fails.
 */
const argv = process.argv.slice(2)
const { words, one, all } = readArguments(argv)
const [command, config = '', , layout = ''] = words
await noteCall('apko', argv)
if (command !== 'build') throw new Error(`the fake apko has no command ${command ?? ''}`)
const log = process.env['FAKE_APKO_LOG']
if (log === undefined) await build()
else {
  process.stderr.write(await readFile(log))
  process.exitCode = 1
}

async function build(): Promise<void> {
  const { contents = {} } = parse(await readFile(config, 'utf8')) as {
    contents?: { packages?: readonly string[] }
  }
  const wanted = [...(contents.packages ?? []), ...all('--package-append')]
  const writer = await openFakeLayout(layout)
  await mkdir(one('--sbom-path'), { recursive: true })
  const epoch = Number(process.env['SOURCE_DATE_EPOCH'] ?? '0')
  for (const apk of one('--arch').split(',')) {
    const built = await readdir(join('packages', apk)).catch(() => [])
    const installed = wanted.map(name => {
      const file = built.find(each => each.startsWith(`${name}-`) && each.endsWith('.apk'))
      const version = file?.slice(name.length + 1, -'.apk'.length) ?? '1.2.3-r4'
      return { name, version, arch: apk, ours: file !== undefined }
    })
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
