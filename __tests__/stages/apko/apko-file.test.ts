import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readApkoFile } from '../../../src/apko/apko-file.ts'
import { Failures } from '../../../src/domain/failures.ts'
import { temporaryFolder } from './temporary-folder.ts'

async function read(files: Readonly<Record<string, string>>, file = 'apko.yaml') {
  const workspace = await temporaryFolder(files)
  return readApkoFile(join(workspace, file), file)
}

const main = `contents:
  repositories:
    - https://me:secret@apk.example/main
    - "@local packages"
  build_repositories: [./more]
  packages:
    - busybox=1.36.1-r2
    - hello@local
archs: [x86_64, arm64, arm/v7, 386]
layering: {strategy: origin, budget: 3}
`

describe('an apko file', () => {
  it('is read for what we need of it', async () => {
    const apko = await read({ 'images/dev/senhas.apko.yaml': main }, 'images/dev/senhas.apko.yaml')
    expect(apko).toMatchObject({
      file: 'images/dev/senhas.apko.yaml',
      name: 'senhas.apko',
      repositories: ['https://me:secret@apk.example/main', '@local packages'],
      buildRepositories: ['./more'],
      packages: ['busybox=1.36.1-r2', 'hello@local'],
      warnings: [],
    })
    expect(apko.architectures.map(({ name }) => name)).toEqual(['amd64', 'arm64', 'armv7', '386'])
    expect(apko.needs.map(({ ability }) => ability)).toEqual([
      { feature: 'contents.build_repositories' },
      { feature: 'layering' },
    ])
  })

  it('knows where things stand', async () => {
    const apko = await read({ 'apko.yaml': main })
    expect(apko.placeOfPackage('hello')).toMatchObject({ file: 'apko.yaml', line: 8 })
    expect(apko.placeOfPackage('nothing')).toBeUndefined()
    expect(apko.placeOfRepository('packages')).toMatchObject({ line: 4 })
    expect(apko.placeOfRepository('https://me:xxxxx@apk.example/main')).toMatchObject({ line: 3 })
    expect(apko.placeOfRepository('./more')).toMatchObject({ line: 5 })
    expect(apko.placeOf(['layering'])).toMatchObject({ line: 10 })
  })

  it('warns of a slip at its line', async () => {
    const apko = await read({ 'apko.yaml': 'contents:\n  pakages: [a]\n' })
    expect(apko.warnings).toEqual([
      { text: expect.stringContaining('did you mean "packages"?'), at: expect.objectContaining({ line: 2 }) },
    ])
  })

  it('takes numbers as they are written', async () => {
    const apko = await read({ 'apko.yaml': 'contents:\n  packages: [1.10, 7]\n' })
    expect(apko.packages).toEqual(['1.10', '7'])
  })

  it('has nothing of what is empty', async () => {
    const apko = await read({ 'apko.yaml': 'contents:\n  packages:\narchs:\n' })
    expect(apko).toMatchObject({ packages: [], architectures: [], repositories: [] })
  })
})

describe('includes', () => {
  const base = 'contents:\n  repositories: [./base]\n  packages: [base]\narchs: [amd64]\nlayering: {}\n'

  it('are merged in, from paths relative to the workspace', async () => {
    const apko = await read(
      { 'conf/base.yaml': base, 'img/apko.yaml': 'include: conf/base.yaml\ncontents: {packages: [own]}\n' },
      'img/apko.yaml',
    )
    expect(apko).toMatchObject({ packages: ['base', 'own'], repositories: ['./base'] })
    expect(apko.architectures.map(({ name }) => name)).toEqual(['amd64'])
    expect(apko.placeOfPackage('base')).toMatchObject({ file: 'conf/base.yaml', line: 3 })
    expect(apko.placeOf(['layering'])).toMatchObject({ file: 'conf/base.yaml' })
    expect(apko.needs).toMatchObject([{ because: { text: 'conf/base.yaml' } }])
  })

  it('do not overrule the archs of the file', async () => {
    const apko = await read({ 'base.yaml': base, 'apko.yaml': 'include: base.yaml\narchs: [arm64]\n' })
    expect(apko.architectures.map(({ name }) => name)).toEqual(['arm64'])
  })

  it('are found from the workspace when the file is elsewhere', async () => {
    const elsewhere = await temporaryFolder({ 'apko.yaml': 'include: base.yaml\n' })
    const workspace = await temporaryFolder({ 'base.yaml': base })
    const file = join(elsewhere, 'apko.yaml')
    expect(await readApkoFile(file, file, workspace)).toMatchObject({ name: 'apko', packages: ['base'] })
  })

  it('from git are left to old apkos, with a warning', async () => {
    const apko = await read({ 'apko.yaml': 'include: github.com/o/r/base.yaml@main\n' })
    expect(apko.warnings).toEqual([
      { text: expect.stringContaining('only apko before 0.17'), at: expect.objectContaining({ line: 1 }) },
    ])
  })

  it.each([
    [
      'is not there',
      'include: no.yaml\n',
      'CONFIG_MISSING',
      'apko.yaml:1: cannot read no.yaml: there is no such file',
    ],
    [
      'goes in circles',
      'cmd: a\ninclude: ./apko.yaml\n',
      'CONFIG_INVALID',
      'apko.yaml:2: "./apko.yaml" is included in a circle',
    ],
    ['is not a text', 'include: [a]\n', 'CONFIG_INVALID', 'apko.yaml:1: "include" is not a text'],
    ['is broken', 'include: bad.yaml\n', 'CONFIG_INVALID', 'bad.yaml:1:6: not valid YAML'],
  ])('fails when it %s', async (_, text, code, message) => {
    const failed = read({ 'apko.yaml': text, 'bad.yaml': 'a: [b' })
    await expect(failed).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })
})

describe('a wrong file', () => {
  it.each([
    ['cannot be found', {}, 'CONFIG_MISSING', 'cannot read apko.yaml: there is no such file'],
    ['is not YAML', { 'apko.yaml': 'a:\n  - b\n c: d\n' }, 'CONFIG_INVALID', 'apko.yaml:3:1: not valid YAML'],
    ['is a list', { 'apko.yaml': '- a\n' }, 'CONFIG_INVALID', 'apko.yaml:1: an apko file is a mapping'],
    ['is empty', { 'apko.yaml': '' }, 'CONFIG_INVALID', 'apko.yaml:1: an apko file is a mapping'],
    [
      'has one package as a text',
      { 'apko.yaml': 'contents:\n  packages: busybox\n' },
      'CONFIG_INVALID',
      'apko.yaml:2: "contents.packages" is not a list',
    ],
    [
      'has a mapping for a package',
      { 'apko.yaml': 'contents:\n  packages:\n    - a\n    - b: c\n' },
      'CONFIG_INVALID',
      'apko.yaml:4: "contents.packages" has something that is not a text',
    ],
    [
      'wants erofs layers',
      { 'apko.yaml': 'format: erofs\n' },
      'CONFIG_INVALID',
      'apko.yaml:1: layers in the format "erofs" are not supported; accepted: tar',
    ],
  ])('%s', async (_, files, code, message) => {
    await expect(read(files)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it('is told all that is wrong at once', async () => {
    const failed = await read({
      'apko.yaml': 'archs: [x86_65, arm64, mips]\ncontents: {packages: {}}\n',
    }).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Failures)
    expect(failed).toMatchObject({
      all: [
        { code: 'CONFIG_INVALID', at: { line: 2 } },
        {
          message: 'apko.yaml:1:9: "archs" has the unknown architecture "x86_65"',
          hint: expect.stringContaining('amd64, arm64'),
        },
        { message: 'apko.yaml:1:24: "archs" has the unknown architecture "mips"' },
      ],
    })
  })
})
