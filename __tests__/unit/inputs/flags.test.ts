import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Failures } from '../../../src/domain/failures.ts'
import { readFlags } from '../../../src/inputs/flags.ts'

describe('readFlags', () => {
  it.each([
    [[], 'build', {}],
    [['package', '--platforms', 'amd64'], 'package', { platforms: 'amd64' }],
    [['--load', '--image=x/y'], 'build', { load: 'true', image: 'x/y' }],
    [['--load', 'false'], 'build', { load: 'false' }],
    [['--apko-config', 'a.yaml', '--apko-config', 'b.yaml'], 'build', { 'apko-config': 'a.yaml\nb.yaml' }],
    [['image', '--archs=aarch64'], 'image', { archs: 'aarch64' }],
    [['--source-date-epoch', '-1'], 'build', { 'source-date-epoch': '-1' }],
  ])('%j', (argv, action, texts) => {
    const line = readFlags(argv)
    expect(line.action).toBe(action)
    expect(Object.fromEntries(line.texts)).toEqual(texts)
  })

  it.each(['--version', '-v'])('%s asks for the version', word => {
    expect(readFlags([word])).toMatchObject({ version: true, help: false })
  })

  it('takes help as a word, before the action', () => {
    expect(readFlags(['help'])).toMatchObject({ action: 'build', help: true })
    expect(readFlags(['help', 'sign'])).toMatchObject({ action: 'sign', help: true })
  })

  it.each(['--help', '-h'])('%s asks for help', word => {
    expect(readFlags(['image', word])).toMatchObject({ action: 'image', help: true })
  })

  it.each([
    [['--platfroms', 'amd64'], /"--platfroms" is not/, /Did you mean --platforms\?/],
    [['pakcage'], /"pakcage" is not/, /Did you mean package\?/],
    [['--image'], /--image needs a value/, /--image=VALUE/],
    [['toString'], /"toString" is not/, /giropops --help/],
    [['--output', 'a', '--output=b'], /--output is given twice/, /once/],
    [['--load', '--load'], /--load is given twice/, /once/],
    [['setup', '--image=x'], /"--image" is not/, /giropops --help/],
  ])('refuses %j', (argv, message, hint) => {
    const failure = thrown(() => readFlags(argv))
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringMatching(hint) })
    expect((failure as Failure).message).toMatch(message)
  })

  const pem = '-----BEGIN PRIVATE KEY-----\nMIIabc\n-----END PRIVATE KEY-----'
  it.each([
    [['--signing-key', pem], '--signing-key: a secret is given as a file, or in GIROPOPS_SIGNING_KEY'],
    [[`--cosign-key=${pem}`], '--cosign-key: a secret is given as a file, or in GIROPOPS_COSIGN_KEY'],
    [
      ['--signing-key-path', pem],
      '--signing-key-path: a secret is given as a file, or in GIROPOPS_SIGNING_KEY',
    ],
    [['--token', 'MIIabc\nMIIdef'], '--token: a secret is given as a file, or in GIROPOPS_TOKEN'],
    [[pem], 'a private key (not shown) is not an argument of giropops'],
    [['MIIabc\nMIIdef'], 'a text of several lines (not shown) is not an argument of giropops'],
    [[`--key=${pem}`], '"--key" is not an argument of giropops'],
    [['x'.repeat(81)], `"${'x'.repeat(60)}…" is not an argument of giropops`],
  ])('never shows a secret: %#', (argv, message) => {
    const failure = thrown(() => readFlags(argv)) as Failure
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ code: 'INPUT_INVALID', message })
    expect(failure.hint).not.toContain('MII')
  })

  it('reports all at once', () => {
    const failures = thrown(() => readFlags(['--a', '--image']))
    expect(failures).toBeInstanceOf(Failures)
    expect((failures as Failures).all).toHaveLength(2)
  })
})

function thrown(body: () => unknown): unknown {
  try {
    body()
  } catch (error) {
    return error
  }
  return undefined
}
