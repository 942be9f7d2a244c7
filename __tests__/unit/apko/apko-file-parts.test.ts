import { describe, expect, it } from 'vitest'
import { featuresOf } from '../../../src/apko/apko-features.ts'
import { addressOf, isBuiltRepository, isPath, withoutLogin } from '../../../src/apko/local-repository.ts'
import { packageNameOf } from '../../../src/apko/package-name.ts'
import { findUnknownKeys } from '../../../src/apko/unknown-keys.ts'
import { parseYamlFile } from '../../../src/domain/yaml-file.ts'

const yaml = (text: string) => parseYamlFile('apko.yaml', text)

describe('features of an apko file', () => {
  it.each([
    ['layering: {strategy: origin, budget: 4}', ['layering']],
    ['contents: {baseimage: {image: ./base, apkindex: ./index}}', ['contents.baseimage']],
    [
      'contents: {build_repositories: [a], runtime_repositories: [b]}',
      ['contents.build_repositories', 'contents.runtime_repositories'],
    ],
    ['contents: {runtime_keyring: [{name: a, content: b}]}', ['contents.runtime_keyring']],
    ['certificates: {providers: [ca]}', ['certificates', 'certificates.providers']],
    ['certificates: {additional: [{name: a, content: b}]}', ['certificates']],
    ['format: tar', ['format']],
    ['layering:', []],
    ['contents: {packages: [a]}\naccounts: {users: [{username: a}]}', []],
    ['[]', []],
  ])('%s', (text, expected) => {
    expect(featuresOf(yaml(text)).map(({ ability }) => ability)).toEqual(
      expected.map(feature => ({ feature })),
    )
  })

  it('says who asks and where', () => {
    const [need] = featuresOf(yaml('cmd: /bin/sh\nlayering:\n  strategy: origin\n'))
    expect(need).toMatchObject({
      tool: 'apko',
      because: { text: 'apko.yaml', at: { file: 'apko.yaml', line: 2 } },
    })
  })
})

describe('unknown keys', () => {
  it.each([
    ['layerng: {}', 'an apko file has no key "layerng"; did you mean "layering"?'],
    ['contents: {package: [a]}', '"contents" of an apko file has no key "package"; did you mean "packages"?'],
    [
      'accounts: {users: [{usrname: a}]}',
      '"accounts.users" of an apko file has no key "usrname"; did you mean "username"?',
    ],
    [
      'entrypoint: {zzzzzz: a}',
      '"entrypoint" of an apko file has no key "zzzzzz"; it has type, command, shell-fragment, services',
    ],
    ['os-release: {id: a}', 'apko from 0.17.0 on refuses the key "os-release".'],
  ])('%s', (text, warning) => {
    expect(findUnknownKeys(yaml(text)).map(each => each.text)).toEqual([expect.stringContaining(warning)])
  })

  it('leaves free maps and whatever it knows alone', () => {
    const text = `
contents: {repositories: [a], keyring: [k], packages: [p]}
entrypoint: {type: service-bundle, services: {nginx: x}}
environment: {ANY: thing}
annotations: {any.key: value}
paths: [{path: /a, type: directory, uid: 1, gid: 1, permissions: 0o755, source: b, recursive: true}]
stop-signal: SIGQUIT
work-dir: /
vcs-url: a
include: b
volumes: [c]
`
    expect(findUnknownKeys(yaml(text))).toEqual([])
  })
})

describe('repository lines', () => {
  it.each([
    ['packages', true],
    ['./packages', true],
    ['@local packages/', true],
    ['  @local   ./packages  ', true],
    ['/srv/packages', false],
    ['../packages', false],
    ['out/packages', false],
    ['https://example.org/packages', false],
    ['packages2', false],
  ])('%j means the built packages: %s', (line, expected) => {
    expect(isBuiltRepository(line)).toBe(expected)
  })

  it.each([
    ['@edge https://example.org/main/', 'https://example.org/main', false],
    ['/', '/', true],
    ['@local ./repo//', './repo', true],
  ])('%j has the address %j', (line, address, path) => {
    expect([addressOf(line), isPath(addressOf(line))]).toEqual([address, path])
  })

  it('compares addresses without their login', () => {
    expect(withoutLogin('https://me:secret@example.org/a@b')).toBe('https://example.org/a@b')
  })
})

describe('entries of contents.packages', () => {
  it.each([
    ['busybox', 'busybox'],
    ['busybox=1.36.1-r2', 'busybox'],
    ['busybox~1.36', 'busybox'],
    ['busybox >= 1', 'busybox'],
    ['hello@local', 'hello'],
    ['so:libc.so.6', 'so:libc.so.6'],
  ])('%j names %j', (entry, name) => {
    expect(packageNameOf(entry)).toBe(name)
  })
})
