import { expect, it } from 'vitest'
import { findFailingStep, stepPath } from '../../../src/melange/failing-step.ts'

const at = ['pipeline']
const trace = { begun: [], depth: 1, output: [] }

it('takes the only step there is', () => {
  expect(findFailingStep([{ runs: 'make' }], at, trace)).toEqual({
    path: ['pipeline', 0],
    title: 'step "make"',
  })
})

it('takes the last begun, when the next is named too', () => {
  const steps = [{ name: 'a', runs: 'x' }, { uses: 'b' }, { name: 'c', runs: 'y' }]
  const found = findFailingStep(steps, at, { ...trace, begun: ['a', 'b'], depth: 2 })
  expect(found).toEqual({ path: ['pipeline', 1], title: 'step "b"' })
})

it('tells steps of one name apart by their order', () => {
  const steps = [{ uses: 'fetch' }, { uses: 'fetch' }, { uses: 'strip' }]
  expect(findFailingStep(steps, at, { ...trace, begun: ['fetch', 'fetch'] }).path).toEqual(['pipeline', 1])
})

it('passes over steps that were skipped by their condition', () => {
  const steps = [
    { name: 'a', runs: 'x' },
    { name: 'b', if: 'false', runs: 'y' },
    { name: 'c', runs: 'z' },
  ]
  expect(findFailingStep(steps, at, { ...trace, begun: ['a', 'c'] }).path).toEqual(['pipeline', 2])
})

it('looks at the depth: a nested step, not its group', () => {
  const steps = [{ name: 'group', pipeline: [{ runs: 'inner' }] }, { runs: 'outer' }]
  expect(findFailingStep(steps, at, { ...trace, begun: ['group'], depth: 2 }).path).toEqual([
    'pipeline',
    0,
    'pipeline',
    0,
  ])
  expect(findFailingStep(steps, at, { ...trace, begun: ['group'], depth: 1 }).path).toEqual(['pipeline', 1])
})

it('decides between unnamed steps by words that only one of them has', () => {
  const steps = [{ runs: 'pip install -r requirements.txt' }, { runs: 'cp -r app $OUT/app' }]
  const output = ['installing', "cp: can't stat 'app': No such file"]
  expect(
    findFailingStep(steps, at, { ...trace, output: [output[0] ?? '', 'ERROR: no requirements.txt'] }).path,
  ).toEqual(['pipeline', 0])
  expect(findFailingStep(steps, at, { ...trace, output: ['x', "cp: can't stat '$OUT/app'"] }).path).toEqual([
    'pipeline',
    1,
  ])
})

it('answers the pipeline when it cannot tell', () => {
  const steps = [{ runs: 'false' }, { runs: 'false' }]
  const unsure = { path: at, title: 'a step of its pipeline' }
  expect(findFailingStep(steps, at, { ...trace, output: ['false', 'nothing known'] })).toEqual(unsure)
  expect(findFailingStep(undefined, at, trace)).toEqual(unsure)
  expect(findFailingStep(['text', null], at, trace)).toEqual(unsure)
})

it('shortens a long script', () => {
  const { title } = findFailingStep([{ runs: `${'echo 123456789 '.repeat(9)}\nsecond` }], at, trace)
  expect(title).toMatch(/^step "echo .{54}…"$/)
})

it('turns indexes into a path', () => {
  expect(stepPath(at, [1, 0])).toEqual(['pipeline', 1, 'pipeline', 0])
})
