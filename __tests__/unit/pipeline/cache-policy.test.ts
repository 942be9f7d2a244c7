import { expect, it } from 'vitest'
import type { RunContext } from '../../../src/domain/run-context.ts'
import { decideCache, type CacheWish } from '../../../src/pipeline/cache-policy.ts'

const push: RunContext = { workflow: true, event: 'push', ref: 'refs/heads/main', stranger: false }

it.each<[CacheWish, Partial<RunContext>, boolean, RegExp | undefined]>([
  ['auto', {}, true, undefined],
  ['auto', { workflow: false }, true, undefined],
  ['auto', { event: 'pull_request', ref: 'refs/pull/1/merge' }, true, undefined],
  ['auto', { event: 'schedule' }, true, undefined],
  ['auto', { ref: 'refs/tags/v1.0.0' }, false, /the tag v1\.0\.0/],
  ['auto', { event: 'workflow_dispatch', ref: 'refs/tags/v1' }, false, /the tag v1/],
  ['auto', { event: 'release', ref: 'refs/tags/v1' }, false, /a release/],
  ['auto', { event: 'pull_request', stranger: true }, false, /fork or of Dependabot/],
  ['auto', { event: 'pull_request_target' }, false, /pull_request_target/],
  ['auto', { event: 'workflow_run' }, false, /workflow_run/],
  ['auto', { event: 'issue_comment' }, false, /issue_comment/],
  ['true', { event: 'release', stranger: true }, true, undefined],
  ['false', {}, false, undefined],
])('%s on %j: %s', (wish, more, use, notice) => {
  const policy = decideCache(wish, { ...push, ...more })
  expect(policy.use).toBe(use)
  expect(policy.notice ?? 'none').toMatch(notice ?? /^none$/)
})

it('uses it on a laptop', () => {
  expect(decideCache('auto', { workflow: false })).toEqual({ use: true })
})
