import { describe, expect, it } from 'vitest'
import {
  formatReference,
  parseReference,
  parseRepository,
  parseTag,
  registryOfHost,
} from '../../../src/oci/reference.ts'

const digest = `sha256:${'0a'.repeat(32)}`

describe('parseRepository', () => {
  it.each([
    ['ghcr.io/owner/name', 'ghcr.io', 'owner/name'],
    ['ghcr.io/owner/group/name', 'ghcr.io', 'owner/group/name'],
    ['GHCR.io/owner/name', 'ghcr.io', 'owner/name'],
    ['localhost/name', 'localhost', 'name'],
    ['localhost:5000/name', 'localhost:5000', 'name'],
    ['127.0.0.1:5000/a/b', '127.0.0.1:5000', 'a/b'],
    ['[::1]:5000/name', '[::1]:5000', 'name'],
    ['registry:5000/name', 'registry:5000', 'name'],
    ['alpine', 'docker.io', 'library/alpine'],
    ['owner/name', 'docker.io', 'owner/name'],
    ['docker.io/alpine', 'docker.io', 'library/alpine'],
    ['index.docker.io/owner/name', 'docker.io', 'owner/name'],
    ['ghcr.io/o/a.b_c__d-e--f', 'ghcr.io', 'o/a.b_c__d-e--f'],
  ])('reads %s', (text, registry, path) => {
    expect(parseRepository(text)).toEqual({ registry, path })
  })

  it.each([
    ['ghcr.io/Octo/Demo', '"Octo/Demo" has upper case letters', 'Write ghcr.io/octo/demo.'],
    ['Octo/demo', '"Octo/demo" has upper case letters', 'Write octo/demo.'],
    ['https://ghcr.io/o/n', 'it starts with "https://"', 'Write ghcr.io/o/n.'],
    ['ghcr.io/o/n:1.0', 'without a tag', 'Write ghcr.io/o/n.'],
    [`ghcr.io/o/n@${digest}`, 'without a digest', 'Write ghcr.io/o/n.'],
    ['', 'it has no repository name', 'looks like'],
    ['ghcr.io/', 'it has no repository name', 'looks like'],
    ['ghcr.io/o//n', 'an empty part between slashes', 'looks like'],
    ['ghcr.io/o/n/', 'an empty part between slashes', 'looks like'],
    ['ghcr.io/o/my image', '" " may not be in "my image"', 'looks like'],
    ['ghcr.io/o/<name>', '"<", ">" may not be in "<name>"', 'looks like'],
    ['ghcr.io/o/-n', '"-n" has ".", "_" or "-" at an end or in a row', 'looks like'],
    ['ghcr.io/o/a..b', '"a..b" has ".", "_" or "-" at an end or in a row', 'looks like'],
    ['ghcr.io/o/a___b', '"a___b" has', 'looks like'],
    ['reg_istry.io/o/n', '"reg_istry.io" is not a registry', 'looks like'],
    ['host:99999/n', '"host:99999" is not a registry', 'looks like'],
    ['host:port/n', '"host:port" is not a registry', 'looks like'],
    [`ghcr.io/${'a'.repeat(256)}`, '256 characters, 255 are accepted', 'looks like'],
    ['ghcr.io/o/n@sha256:abc', '"sha256:abc" is not a digest', 'looks like'],
    [`ghcr.io/o/n@${digest}@${digest}`, 'more than one "@"', 'looks like'],
  ])('refuses %s', (text, message, hint) => {
    expect(() => parseRepository(text)).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: expect.stringContaining(message),
        hint: expect.stringContaining(hint),
      }),
    )
  })
})

describe('parseReference', () => {
  it.each([
    'ghcr.io/owner/name',
    'ghcr.io/owner/name:1.0',
    'localhost:5000/name:latest',
    `ghcr.io/owner/name@${digest}`,
    `ghcr.io/owner/name:1.0@${digest}`,
  ])('reads %s and writes it again', text => {
    expect(formatReference(parseReference(text))).toBe(text)
  })

  it('tells a port from a tag', () => {
    expect(parseReference('localhost:5000/name')).toEqual({ registry: 'localhost:5000', path: 'name' })
    expect(parseReference('name:5000')).toMatchObject({ path: 'library/name', tag: '5000' })
  })
})

describe('parseTag', () => {
  it.each(['latest', '1.0.0-r0', '_x', 'V1', 'a'.repeat(128)])('takes %s', tag => {
    expect(parseTag(tag)).toBe(tag)
  })

  it.each([
    ['', 'it is empty'],
    ['.x', 'it starts with "."'],
    ['-x', 'it starts with "-"'],
    ['1.0+build', '"+" may not be in a tag'],
    ['a/b c', '"/", " " may not be in a tag'],
    ['v1\n', String.raw`"\n" may not be in a tag`],
    ['a'.repeat(129), 'it has 129 characters, 128 are accepted'],
  ])('refuses %j', (tag, message) => {
    expect(() => parseTag(tag)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(message) }),
    )
  })
})

it('knows Docker Hub by all its names', () => {
  expect(['docker.io', 'index.docker.io', 'registry-1.docker.io', 'Ghcr.io'].map(registryOfHost)).toEqual([
    'docker.io',
    'docker.io',
    'docker.io',
    'ghcr.io',
  ])
})
