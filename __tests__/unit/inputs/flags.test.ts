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

  it.each(['--help', '-h'])('%s asks for help', word => {
    expect(readFlags(['image', word])).toMatchObject({ action: 'image', help: true })
  })

  it.each([
    [['--platfroms', 'amd64'], /"--platfroms" is not/, /Did you mean --platforms\?/],
    [['pakcage'], /"pakcage" is not/, /Did you mean package\?/],
    [['--image'], /--image needs a value/, /--image=VALUE/],
    [['setup', '--image=x'], /"--image=x" is not/, /giropops --help/],
  ])('refuses %j', (argv, message, hint) => {
    const failure = thrown(() => readFlags(argv))
    expect(failure).toBeInstanceOf(Failure)
    expect(failure).toMatchObject({ code: 'INPUT_INVALID', hint: expect.stringMatching(hint) })
    expect((failure as Failure).message).toMatch(message)
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
