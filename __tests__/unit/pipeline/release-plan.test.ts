import { expect, test } from 'vitest'
import type { RunContext } from '../../../src/domain/run-context.ts'
import { planRelease, type ReleaseInputs } from '../../../src/pipeline/release-plan.ts'
import { fakePorts } from '../../support/fake-ports.ts'

const pushed: RunContext = {
  workflow: true,
  repository: 'octo/senhas',
  ref: 'refs/tags/v1.0.0',
  event: 'push',
}

function plan(inputs: ReleaseInputs, context = pushed) {
  const { log } = fakePorts()
  const machine = { workspace: '/nowhere' } as Parameters<typeof planRelease>[1]['machine']
  return planRelease({ 'github-token': 'a token', ...inputs }, { context, log, machine })
}

test.for([
  ['refs/tags/v1.0.0', 'v1.0.0', true],
  ['v1.0.0', 'v1.0.0', true],
  ['senhas/v1.0.0', 'senhas/v1.0.0', false],
  ['nightly@2', 'nightly@2', false],
  ['açaí', 'açaí', false],
] as const)('the tag %s is %s', async ([tag, expected, isPushed]) => {
  expect(await plan({ tag })).toMatchObject({ tag: expected, isPushed })
})

test('notes that GitHub does not take are refused', async () => {
  await expect(plan({ notes: 'x'.repeat(124_751) })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: 'input "notes" has 124751 letters, and there is room for 124750',
  })
  expect((await plan({ notes: 'x'.repeat(124_750) }))?.notes).toHaveLength(124_750)
})

test.for([
  'refs/heads/main',
  'refs/pull/1/merge',
  '../../x y',
  'a b',
  'a..b',
  '/a',
  'a/',
  'a//b',
  'a.',
  '.a',
  'a/.b',
  'a.lock',
  'a.lock/b',
  'a~1',
  'a^',
  'a:b',
  'a?',
  'a*',
  'a[b',
  'a\\b',
  'a@{b',
  '@',
  '-a',
  'a\u0001',
  'a\u007f',
  'refs/tags/',
])('%j is the name of no tag', async tag => {
  await expect(plan({ tag })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
    message: `input "tag" is ${JSON.stringify(tag)}, which names no git tag`,
  })
})
