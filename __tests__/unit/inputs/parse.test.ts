import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import * as parse from '../../../src/inputs/parse.ts'

const refusal = (body: () => unknown): string => {
  try {
    return `accepted: ${JSON.stringify(body())}`
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return `${error.code}: ${error.message}`
  }
}

describe('what is accepted', () => {
  it.each([
    ['lines', parse.lines, 'a.yaml\n\n # note\n  b, c.yaml ', ['a.yaml', 'b, c.yaml']],
    ['list', parse.list, '1.0, latest\nedge', ['1.0', 'latest', 'edge']],
    ['list, nothing', parse.list, undefined, []],
    ['flag', parse.flag, 'TRUE', true],
    ['flag, nothing', parse.flag, undefined, false],
    ['choice', parse.choice('auto', 'true', 'false'), 'Auto', 'auto'],
    ['epoch', parse.epoch, '1735689600', 1735689600],
    ['duration', parse.duration, '1.5m', 90_000],
    ['duration, ms', parse.duration, '500ms', 500],
    ['sha256 with its algorithm', parse.sha256, `sha256:${'AB'.repeat(32)}`, 'ab'.repeat(32)],
    ['url', parse.url, 'http://127.0.0.1:8080/mirror/', 'http://127.0.0.1:8080/mirror'],
  ])('%s', (_title, parser: parse.Parse<unknown>, text, value) => {
    expect(parser(text, 'x')).toEqual(value)
  })

  it('takes three spellings of a platform, each platform once', () => {
    const found = parse.platforms(
      'linux/amd64, x86_64\namd64 linux/arm64/v8'.replace(' linux', '\nlinux'),
      'platforms',
    )
    expect(found.map(({ platform }) => platform)).toEqual(['linux/amd64', 'linux/arm64'])
  })
})

describe('what is refused names the input, the value and what is accepted', () => {
  it.each<[parse.Parse<unknown>, string]>([
    [parse.flag, 'yes'],
    [parse.choice('auto', 'docker'), 'podman'],
    [parse.platforms, 'linux/amd46'],
    [parse.epoch, 'today'],
    [parse.duration, '10'],
    [parse.duration, '7h'],
    [parse.sha256, 'abc'],
    [parse.url, 'ftp://example.com'],
    [parse.url, 'https://me:secret@example.com'],
  ])('%#', (parser, text) => {
    const told = refusal(() => parser(text, 'some-input'))
    expect(told).toMatch(/^INPUT_INVALID: input "some-input" is "/)
    expect(told).toContain(JSON.stringify(text))
    expect(told).toContain('; accepted: ')
  })
})
