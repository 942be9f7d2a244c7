import { describe, expect, it } from 'vitest'
import type { BuildTime } from '../../../src/domain/build-time.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { mostLegs, planMatrix, type Leg, type MatrixWish } from '../../../src/pipeline/plan-matrix.ts'
import { graphOfNeeds, type NodeText } from '../../support/graph-nodes.ts'
import { arch } from '../../support/planned-files.ts'

function legs(
  nodes: Readonly<Record<string, NodeText>>,
  { archs = ['amd64'], ...wish }: { archs?: readonly string[] } & Partial<MatrixWish> = {},
): readonly Leg[] {
  return planMatrix({
    graph: graphOfNeeds(nodes),
    architectures: archs.map(arch),
    runners: [],
    times: [],
    ...wish,
  })
}

/** `amd64-1: a b`, a leg each. */
const short = (planned: readonly Leg[]): readonly string[] =>
  planned.map(leg => `${leg.name}: ${leg['melange-config'].replaceAll('.yaml', '').replaceAll('\n', ' ')}`)

const seconds = (times: Readonly<Record<string, number>>, on = 'x86_64'): readonly BuildTime[] =>
  Object.entries(times).map(([name, each]) => ({ file: `${name}.yaml`, arch: on, seconds: each }))

it('a leg tells all that the workflow reads', () => {
  expect(legs({ a: {}, b: { needs: ['a'] } }, { archs: ['arm64'] })).toEqual([
    {
      name: 'arm64-1',
      platform: 'linux/arm64',
      arch: 'arm64',
      runner: 'ubuntu-24.04-arm',
      'melange-config': 'a.yaml\nb.yaml',
      emulator: false,
    },
  ])
})

describe('parts', () => {
  it.each<[string, Readonly<Record<string, NodeText>>, readonly string[]]>([
    ['that need each other are one leg, in order', { a: {}, b: {}, c: { needs: ['a', 'b'] } }, ['a b c']],
    ['that tests need are one leg', { a: {}, b: { tests: ['a'] } }, ['a b']],
    ['that are only installed along are not', { a: {}, b: { runtime: ['a'] } }, ['a', 'b']],
    [
      'joined by a third are one',
      { a: {}, b: {}, c: { needs: ['a'] }, d: { needs: ['b', 'c'] } },
      ['a b c d'],
    ],
    ['of nothing are none', {}, []],
  ])('%s', (_title, nodes, wanted) => {
    expect(short(legs(nodes))).toEqual(wanted.map((files, at) => `amd64-${at + 1}: ${files}`))
  })

  it('are those of each architecture: what is built for another one does not count', () => {
    const nodes = { a: {}, b: {}, x: { needs: ['a', 'b'], archs: ['x86_64'] } }
    expect(short(legs(nodes, { archs: ['amd64', 'arm64'] }))).toEqual([
      'amd64-1: a b x',
      'arm64-1: a',
      'arm64-2: b',
    ])
    expect(short(legs({ x: { archs: ['x86_64'] } }, { archs: ['amd64', 'arm64'] }))).toEqual(['amd64-1: x'])
  })
})

describe('at most as many legs as wanted', () => {
  const four = { a: {}, b: {}, c: {}, d: {} }
  it('longest first, to the leg that has least', () => {
    const times = seconds({ a: 10, b: 40, c: 25, d: 6 })
    expect(short(legs(four, { legs: 2, times }))).toEqual(['amd64-1: b', 'amd64-2: a c d'])
  })
  it('the platform with most work gets most of them', () => {
    const times = [...seconds({ a: 1, b: 1, c: 1, d: 1 }), ...seconds({ a: 9, b: 9, c: 9, d: 9 }, 'aarch64')]
    expect(short(legs(four, { legs: 5, times, archs: ['amd64', 'arm64'] }))).toEqual([
      'amd64-1: a b c d',
      'arm64-1: a',
      'arm64-2: b',
      'arm64-3: c',
      'arm64-4: d',
    ])
  })
  it('what was never built counts as the mean', () => {
    const times = seconds({ a: 10, b: 20 })
    expect(short(legs(four, { legs: 2, times }))).toEqual(['amd64-1: a b', 'amd64-2: c d'])
  })
  it('no more than the slowest leg calls for, where every time is known', () => {
    expect(short(legs(four, { times: seconds({ a: 60, b: 20, c: 20, d: 20 }) }))).toEqual([
      'amd64-1: a',
      'amd64-2: b c d',
    ])
    expect(legs(four, { times: seconds({ a: 60, b: 20, c: 20 }) })).toHaveLength(4)
  })
  it('one for each platform is the least', () => {
    const fail = (wanted: number) => () => legs(four, { legs: wanted, archs: ['amd64', 'arm64'] })
    expect(fail(1)).toThrow(Failure)
    expect(fail(1)).toThrow('input "legs" is 1, but packages are built for 2 platforms')
    expect(fail(2)).not.toThrow()
  })
  it("GitHub's limit holds for all platforms together", () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`p${at}`, {}]))
    const planned = legs(many, { archs: ['amd64', 'arm64'] })
    expect(planned).toHaveLength(mostLegs)
    expect(new Set(planned.map(({ name }) => name)).size).toBe(mostLegs)
    expect(legs(many, { archs: ['amd64', 'arm64'], legs: 9999 })).toHaveLength(mostLegs)
  })
})

it('several labels of a runner are a list', () => {
  const runners = [{ prefix: 'linux/', labels: ['self-hosted', 'linux'] }]
  expect(legs({ a: {} }, { runners })[0]?.runner).toEqual(['self-hosted', 'linux'])
})
