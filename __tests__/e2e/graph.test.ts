import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { findEntry } from '../../src/melange/apk-archive.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'

let workshop: Workshop

beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop?.[Symbol.asyncDispose]())

const archs = existsSync('/proc/sys/fs/binfmt_misc/qemu-aarch64') ? ['x86_64', 'aarch64'] : ['x86_64']

function recipe(name: string, needs: readonly string[], lines: readonly string[]): string {
  return [
    'package:',
    `  name: ${name}`,
    '  version: 1.0.0',
    '  epoch: 0',
    'environment:',
    '  contents:',
    '    packages:',
    ...['busybox', 'alpine-baselayout-data', ...needs].map(each => `      - ${each}`),
    ...lines,
    '',
  ].join('\n')
}

/** A step that writes a file, given a shell expression for its text. */
const writes = (file: string, text: string): string =>
  `  - runs: mkdir -p "\${{targets.destdir}}/usr/share" && echo "${text}" > "\${{targets.destdir}}/usr/share/${file}"`

const chain: Readonly<Record<string, string>> = {
  'a-plug': recipe(
    'plug',
    ['appb>=1.0', 'busybox'],
    ['pipeline:', writes('plug', 'plug on $(cat /usr/share/appb) with $(cat /usr/share/liba)')],
  ),
  'b-appb': recipe(
    'appb',
    ['liba-${{vars.kind}}'],
    ['vars: {kind: dev}', 'pipeline:', writes('appb', 'appb on $(cat /usr/share/liba)')],
  ).replace('  epoch: 0', '  epoch: 0\n  dependencies:\n    runtime:\n      - liba=1.0.0-r0'),
  'c-liba': recipe(
    'liba',
    [],
    [
      'pipeline:',
      writes('liba', 'liba for ${{build.arch}}'),
      'subpackages:',
      '  - name: liba-dev',
      '    dependencies:',
      '      runtime:',
      '        - liba',
      '    pipeline:',
      '      - runs: mkdir -p "${{targets.subpkgdir}}/usr/include" && echo > "${{targets.subpkgdir}}/usr/include/a.h"',
    ],
  ),
}

async function build(
  job: Job,
  recipes: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  await mkdir(join(job.workspace, 'pkgs'), { recursive: true })
  for (const [name, text] of Object.entries(recipes)) {
    await writeFile(join(job.workspace, 'pkgs', `${name}.yaml`), text)
  }
  const own = Object.entries(workshop.inputs('1.2.31', '0.56.5')).filter(([name]) =>
    /^(melange-v|melange-s|tools|build|keyring)/.test(name),
  )
  return job.step('package', {
    inputs: {
      ...Object.fromEntries(own),
      'melange-config': 'pkgs/*.yaml',
      platforms: archs.join(','),
      output: 'out',
      ...more,
    },
  })
}

const startedIn = (log: string): readonly string[] =>
  [...log.matchAll(/melange (\w+) 1\.0\.0-r0 (\w+)$/gm)].map(([, name, arch]) => `${name} ${arch}`)

it('builds three packages that need each other, whatever order they are given in', async () => {
  await using job = await startJob({ DOCKER_HOST: workshop.dockerHost })
  const step = await build(job, chain, { jobs: '3' })
  expect([step.code, step.log]).toEqual([0, expect.any(String)])
  const record = JSON.parse(await readFile(join(job.workspace, 'out/giropops.json'), 'utf8')) as BuildRecord
  expect(record.graph?.nodes.map(({ package: name, level, needs }) => [name, level, needs])).toEqual([
    ['liba', 0, []],
    ['appb', 1, ['pkgs/c-liba.yaml']],
    ['plug', 2, ['pkgs/b-appb.yaml', 'pkgs/c-liba.yaml']],
  ])
  for (const arch of archs) {
    const folder = join(job.workspace, 'out/packages', arch)
    const built = startedIn(step.log).filter(each => each.endsWith(` ${arch}`))
    expect(built).toEqual(['liba', 'appb', 'plug'].map(name => `${name} ${arch}`))
    const plug = await findEntry(join(folder, 'plug-1.0.0-r0.apk'), name => name.endsWith('usr/share/plug'))
    expect(plug?.text).toBe(`plug on appb on liba for ${arch} with liba for ${arch}\n`)
    const index = gunzipSync(await readFile(join(folder, 'APKINDEX.tar.gz'))).toString()
    expect([...index.matchAll(/^P:(.*)$/gm)].map(([, name = '']) => name).toSorted()).toEqual([
      'appb',
      'liba',
      'liba-dev',
      'plug',
    ])
  }
  expect(step.summary).toContain(
    '```mermaid\nflowchart LR\n  n0["liba"]\n  n1["appb"]\n  n2["plug"]\n  n0 --> n1\n',
  )
})

it('finishes what does not need a package that fails, and says what it skips', async () => {
  await using job = await startJob({ DOCKER_HOST: workshop.dockerHost })
  const broken = chain['b-appb']?.replace('  - runs: mkdir', '  - runs: exit 3; mkdir') ?? ''
  const step = await build(job, { ...chain, 'b-appb': broken }, { platforms: 'amd64' })
  expect(step.code).toBe(1)
  expect(startedIn(step.log)).toEqual(['liba x86_64', 'appb x86_64'])
  const told = (command: string) => step.annotations.filter(each => each.command === command)
  expect(told('error').map(({ message }) => message)).toEqual([
    expect.stringMatching(/cannot build appb 1\.0\.0-r0 x86_64[^]*PACKAGE_FAILED/),
  ])
  expect(told('warning').map(({ message }) => message)).toEqual([
    'not built: plug 1.0.0-r0 x86_64, since it needs appb 1.0.0-r0 x86_64, which failed',
  ])
})

it('tells a cycle on its line before anything is built', async () => {
  await using job = await startJob({ DOCKER_HOST: workshop.dockerHost })
  const closing = chain['c-liba']?.replace(
    '      - alpine-baselayout-data',
    '      - alpine-baselayout-data\n      - plug',
  )
  const step = await build(job, { ...chain, 'c-liba': closing ?? '' })
  const error = step.annotations.find(({ command }) => command === 'error')
  expect([step.code, startedIn(step.log)]).toEqual([1, []])
  expect(error?.message).toMatch(
    /plug needs liba \(which is installed along with appb\) needs plug[^]*CONFIG_INVALID/,
  )
  expect(error?.properties).toMatchObject({ file: 'pkgs/c-liba.yaml', line: '10' })
})

it('tells a name that nobody has on its line, with the nearest, before anything is built', async () => {
  await using job = await startJob({ DOCKER_HOST: workshop.dockerHost })
  const step = await build(job, {
    ...chain,
    'd-more': recipe('more', ['busibox', 'lib-dev'], ['pipeline: []']),
  })
  const errors = step.annotations.filter(({ command }) => command === 'error')
  expect([step.code, startedIn(step.log)]).toEqual([1, []])
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringMatching(/"busibox"[^]*Did you mean "busybox"\?[^]*PACKAGE_UNRESOLVED/),
    expect.stringMatching(/"lib-dev"[^]*PACKAGE_UNRESOLVED/),
  ])
  expect(errors.map(({ properties }) => [properties['file'], properties['line']])).toEqual([
    ['pkgs/d-more.yaml', '10'],
    ['pkgs/d-more.yaml', '11'],
  ])
})
