import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Failures } from '../../../src/domain/failures.ts'
import { readMelangeFile, targetsOf } from '../../../src/melange/melange-file.ts'
import { undefinedVariables } from '../../../src/melange/undefined-variables.ts'
import { architecture, fixtureFile, temporaryFolder } from '../../support/melange-fixtures.ts'

async function read(text: string) {
  const absolute = join(temporaryFolder(), 'melange.yaml')
  await writeFile(absolute, text)
  return readMelangeFile(absolute, 'app/melange.yaml')
}

async function failuresOf(text: string): Promise<readonly Failure[]> {
  try {
    await read(text)
  } catch (error) {
    if (error instanceof Failures) return error.all
    if (error instanceof Failure) return [error]
    throw error
  }
  return []
}

it('reads what the build needs to know', async () => {
  const file = await fixtureFile('hello')
  expect(file).toMatchObject({
    file: 'hello.yaml',
    name: 'hello',
    version: '1.2.3',
    epoch: 0,
    description: 'says hello',
    subpackages: ['hello-doc'],
    architectures: [],
  })
  expect(file.absolute).toBe(join(file.folder, 'hello.yaml'))
  expect(file.placeOf(['pipeline', 0])).toEqual({ file: 'hello.yaml', line: 18, column: 5 })
})

it('takes a version as it is written, not as the number that YAML sees', async () => {
  const file = await read('package: {name: a, version: 1.10, epoch: 02}')
  expect([file.version, file.epoch]).toEqual(['1.10', 2])
})

it('fills in variables, names and ranges', async () => {
  const file = await read(
    [
      'package: {name: "${{vars.base}}-x", version: "${{vars.major}}.4", epoch: 1}',
      'vars: {base: lib, major: 3}',
      'data: [{name: locales, items: {pt: Portuguese, de: German}}]',
      'subpackages:',
      '  - name: ${{package.name}}-dev',
      '  - {name: "${{package.name}}-lang-${{range.key}}", range: locales}',
      '  - name: ${{options.z}}-z',
    ].join('\n'),
  )
  expect([file.name, file.version]).toEqual(['lib-x', '3.4'])
  expect(file.subpackages).toEqual(['lib-x-dev', 'lib-x-lang-de', 'lib-x-lang-pt', '${{options.z}}-z'])
  expect(file.subpackages.map(name => file.indexOfSubpackage(name))).toEqual([0, 1, 1, 2])
  expect(file.indexOfSubpackage('other')).toBe(-1)
})

it('leaves to melange what only melange can fill in', async () => {
  const file = await read('package: {name: a, version: "${{vars.from-file}}", epoch: 0}')
  expect(file.version).toBe('${{vars.from-file}}')
})

it('tells everything that is wrong at once, each with its place and a way out', async () => {
  const found = await failuresOf(
    [
      'package:',
      '  name: -a b',
      '  version: 1.0.0-beta',
      '  epoch: x',
      '  target-architecture: [all, amd64, vax]',
    ].join('\n'),
  )
  expect(found.map(({ code, message, hint }) => [code, message, hint])).toMatchInlineSnapshot(`
    [
      [
        "CONFIG_INVALID",
        "app/melange.yaml:2:9: package.name is "-a b"; letters, digits, "+", "_", "." and "-" are accepted, the first a letter or digit",
        undefined,
      ],
      [
        "CONFIG_INVALID",
        "app/melange.yaml:3:12: package.version is "1.0.0-beta", which apk cannot compare; accepted: numbers with dots, one letter at most, then _alpha, _beta, _pre or _rc, then _p, _git, _hg, _svn or _cvs",
        "Write "version: 1.0.0_beta".",
      ],
      [
        "CONFIG_INVALID",
        "app/melange.yaml:4:10: package.epoch is "x"; a whole number from 0 on is accepted",
        undefined,
      ],
      [
        "CONFIG_INVALID",
        "app/melange.yaml:5:30: package.target-architecture has "amd64", which melange does not know; accepted: all, x86_64, aarch64, x86, armv7, armhf, ppc64le, s390x, riscv64, loongarch64",
        "Write "x86_64".",
      ],
      [
        "CONFIG_INVALID",
        "app/melange.yaml:5:37: package.target-architecture has "vax", which melange does not know; accepted: all, x86_64, aarch64, x86, armv7, armhf, ppc64le, s390x, riscv64, loongarch64",
        undefined,
      ],
    ]
  `)
  expect(found.map(({ at }) => [at?.line, at?.column])).toEqual([
    [2, 9],
    [3, 12],
    [4, 10],
    [5, 30],
    [5, 37],
  ])
})

it('names what is missing at the place where it belongs', async () => {
  expect((await failuresOf('package:\n  description: x\n')).map(({ message }) => message)).toEqual([
    'app/melange.yaml:1:1: package.name is missing',
    'app/melange.yaml:1:1: package.version is missing',
    'app/melange.yaml:1:1: package.epoch is missing',
  ])
  expect(await failuresOf('pipeline: []\n')).toHaveLength(3)
  expect(await failuresOf('package: {name: a, version: "", epoch: ~}')).toHaveLength(2)
})

it.each([
  ['', 'empty'],
  ['# nothing\n', 'empty'],
  ['- package: {name: a}\n', 'a list'],
  ['package\n', 'a single value'],
])('tells of %j that it is no mapping, and nothing else', async (text, kind) => {
  expect((await failuresOf(text)).map(({ message }) => message)).toEqual([
    expect.stringMatching(
      new RegExp(`^app/melange.yaml:1:1: a melange file is a mapping of keys; this one is ${kind}$`),
    ),
  ])
})

it('moves a revision into the epoch', async () => {
  const [failure] = await failuresOf('package: {name: a, version: 1.0.0-r3, epoch: 0}')
  expect(failure?.hint).toBe('Write "version: 1.0.0" and "epoch: 3".')
})

it.each(['epoch: -1', 'epoch: 1.5', 'epoch: "1 "'])('refuses %s', async epoch => {
  expect(await failuresOf(`package:\n  name: a\n  version: "1"\n  ${epoch}\n`)).toHaveLength(1)
})

it('passes on what is wrong with the YAML itself', async () => {
  await expect(read('package: [')).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  await expect(readMelangeFile('/no/such.yaml', 'such.yaml')).rejects.toMatchObject({
    code: 'CONFIG_MISSING',
  })
})

it('builds for the architectures that the file and the run have in common', async () => {
  const wanted = [architecture('amd64'), architecture('arm64')]
  const file = await read('package: {name: a, version: "1", epoch: 0, target-architecture: [aarch64]}')
  expect(targetsOf(file, wanted).map(({ name }) => name)).toEqual(['arm64'])
  const all = await read('package: {name: a, version: "1", epoch: 0, target-architecture: [all]}')
  expect(targetsOf(all, wanted)).toEqual(wanted)
  expect(() => targetsOf(file, [architecture('amd64')])).toThrow(
    /package.target-architecture is aarch64, but x86_64 is wanted/,
  )
})

it('refuses names of subpackages that are none, each item once', async () => {
  const found = await failuresOf(
    [
      'package: {name: a, version: 1, epoch: 0}',
      'data: [{name: d, items: {x: 1, y: 2}}]',
      'subpackages:',
      '  - name: a b',
      '  - name: ../../${{range.key}}',
      '    range: d',
      '  - name: ""',
      '  - name: ${{package.name}}-dev',
      '  - name: ${{options.z}} b',
    ].join('\n'),
  )
  const rule = 'letters, digits, "+", "_", "." and "-" are accepted, the first a letter or digit'
  expect(found.map(({ message }) => message)).toEqual([
    `app/melange.yaml:4:11: the name of a subpackage is "a b"; ${rule}`,
    `app/melange.yaml:5:11: the name of a subpackage is "../../x"; ${rule}`,
    `app/melange.yaml:7:11: the name of a subpackage is ""; ${rule}`,
  ])
})

it('tells variables that nobody defines, where melange would give up', async () => {
  const file = await read(
    [
      'package: {name: a, version: 1, epoch: 0, description: "${{vars.text}}"}',
      'vars: {known: x}',
      'var-transforms: [{from: "${{package.version}}", match: a, replace: b, to: made}]',
      'environment: {contents: {packages: ["${{vars.known}}", "${{vars.knwon}}"]}}',
      'pipeline:',
      '  - runs: |',
      '      echo ${{vars.made}}',
      '      echo ${{vars.nope}} ${{vars.nope}}',
      '  - {uses: fetch, with: {uri: "${{ vars.far }}"}}',
      'subpackages:',
      '  - {name: b, if: "false", pipeline: [{runs: "${{vars.left-out}}"}]}',
      '  - name: ${{vars.sub}}-c',
      'test: {pipeline: [{runs: "${{vars.test}}"}]}',
    ].join('\n'),
  )
  expect(undefinedVariables(file).map(({ message, hint }) => [message, hint])).toEqual([
    ['app/melange.yaml:4:56: ${{vars.knwon}} is not defined', 'Did you mean "known"?'],
    [
      'app/melange.yaml:8: ${{vars.nope}} is not defined',
      'Define it below "vars:", or in the input "vars-file".',
    ],
    [
      'app/melange.yaml:9:31: ${{ vars.far }} is not defined',
      'Define it below "vars:", or in the input "vars-file".',
    ],
    [
      'app/melange.yaml:12:11: ${{vars.sub}} is not defined',
      'Define it below "vars:", or in the input "vars-file".',
    ],
  ])
})
