import { describe, expect, it } from 'vitest'
import {
  architectureOfNode,
  architectures,
  findArchitecture,
  runsNatively,
} from '../../../src/domain/architecture.ts'
import { digestFromHex, digestOf, hexOf, isDigest } from '../../../src/domain/digest.ts'
import { nearest } from '../../../src/domain/nearest.ts'

describe('architectures', () => {
  it.each(
    architectures.flatMap(a =>
      [a.apk, a.name, a.platform, a.platform.toUpperCase()].map(text => [text, a.apk]),
    ),
  )('%s is %s', (text, apk) => expect(findArchitecture(text)?.apk).toBe(apk))
  it.each([
    ['linux/arm64/v8', 'aarch64'],
    ['i386', 'x86'],
    [' amd64 ', 'x86_64'],
  ])('%s is %s', (text, apk) => expect(findArchitecture(text)?.apk).toBe(apk))
  it.each(['mips', '', 'windows/amd64', 'linux'])('%j is unknown', text =>
    expect(findArchitecture(text)).toBeUndefined(),
  )
  it.each([
    ['x64', 'x86_64'],
    ['arm64', 'aarch64'],
    ['ppc64', 'ppc64le'],
  ])("node's %s is %s", (node, apk) => expect(architectureOfNode(node)?.apk).toBe(apk))
  it('a 64-bit x86 kernel runs 32-bit programs, not the other way', () => {
    const [amd64, i386] = [findArchitecture('amd64'), findArchitecture('386')]
    if (amd64 === undefined || i386 === undefined) throw new Error('unknown')
    expect([runsNatively(amd64, i386), runsNatively(i386, amd64)]).toEqual([true, false])
  })
})

describe('digests', () => {
  it('is the sha256 of the bytes', () => {
    expect(digestOf('')).toBe('sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(hexOf(digestOf(''))).toMatch(/^[0-9a-f]{64}$/)
  })
  it.each(['sha256:ABC', 'sha512:00', '', `sha256:${'A'.repeat(64)}`])('%j is none', text => {
    expect(isDigest(text)).toBe(false)
    expect(() => digestFromHex(text)).toThrow(TypeError)
  })
})

it.each([
  ['platfroms', ['platforms', 'push'], 'platforms'],
  ['imgae', ['image', 'images'], 'image'],
  ['xyz', ['platforms', 'push'], undefined],
])('nearest to %s', (word, candidates, found) => expect(nearest(word, candidates)).toBe(found))
