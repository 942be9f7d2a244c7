import { describe, expect, it } from 'vitest'
import { runners } from '../../../src/inputs/runner-map.ts'
import { runnerFor } from '../../../src/pipeline/runner-for.ts'
import { arch } from '../../support/planned-files.ts'

/** `ubuntu-24.04 (emulated)`. */
function planned(platform: string, text = ''): string {
  const { labels, emulator } = runnerFor(arch(platform), runners(text, 'runners'))
  return `${labels.join(' + ')}${emulator ? ' (emulated)' : ''}`
}

it.each([
  ['linux/amd64', 'ubuntu-24.04'],
  ['linux/arm64', 'ubuntu-24.04-arm'],
  ['linux/386', 'ubuntu-24.04'],
  ['linux/arm/v7', 'ubuntu-24.04 (emulated)'],
  ['linux/riscv64', 'ubuntu-24.04 (emulated)'],
])('%s is built on %s when nobody says', (platform, wanted) => {
  expect(planned(platform)).toBe(wanted)
})

const map = `
  # the longest beginning counts, whatever the order
  linux/=everything
  linux/arm=arms
  linux/arm64=graviton
  s390x=mainframe
`
it.each([
  ['linux/amd64', 'everything'],
  ['linux/arm64', 'graviton'],
  ['linux/arm/v7', 'arms'],
  ['linux/arm/v6', 'arms'],
  ['linux/s390x', 'mainframe'],
])('%s goes to %s', (platform, wanted) => {
  expect(planned(platform, map)).toBe(wanted)
})

it('what no line is for goes where it would without them', () => {
  expect(planned('linux/arm64', 'linux/amd64=large')).toBe('ubuntu-24.04-arm')
})

describe('an emulator is needed', () => {
  it.each([
    ['linux/arm64', 'ubuntu-24.04', true],
    ['linux/arm64', 'ubuntu-24.04-arm', false],
    ['linux/arm64', 'ubuntu-latest-16-cores', true],
    ['linux/arm64', 'self-hosted, linux, ARM64', false],
    ['linux/arm64', 'self-hosted, linux, X64', true],
    ['linux/arm64', 'my-box', false],
    ['linux/arm64', 'buildjet-4vcpu-ubuntu-2204-arm', false],
    ['linux/riscv64', 'my-riscv64-board', false],
    ['linux/amd64', 'ubuntu-24.04-arm', true],
    ['linux/386', 'ubuntu-22.04', false],
  ])('for %s on %s: %s', (platform, label, wanted) => {
    expect(runnerFor(arch(platform), runners(`linux=${label}`, 'runners')).emulator).toBe(wanted)
  })
})
