import { expect, it } from 'vitest'
import { expectSuccess } from '../support/bundle/failures.ts'
import { startJobRegistry } from '../support/bundle/job-registry.ts'
import { openScene } from '../support/bundle/scene.ts'
import type { Fault, FaultAction } from '../support/registry/faults.ts'

const blob = /^PUT .*\/blobs\/uploads\//
const answered = (status: number, headers: Readonly<Record<string, string>> = {}): FaultAction => ({
  kind: 'answer',
  status,
  headers,
})

it.each<[string, Fault, number | 'reset']>([
  ['a 429 with its time', { match: /^POST/, action: answered(429, { 'retry-after': '1' }) }, 429],
  ['a 503 at a blob', { match: blob, action: answered(503) }, 503],
  ['a 503 at the tag', { match: /^PUT .*\/manifests\/1\.0\.0/, action: answered(503) }, 503],
  ['a reset amid an upload', { match: blob, action: { kind: 'reset-request', after: 20 } }, 'reset'],
  [
    'a lost answer to a manifest',
    { match: /^PUT .*\/manifests\/sha256/, action: { kind: 'lose-answer' } },
    'reset',
  ],
])('a push comes through %s', async (_, fault, status) => {
  await using scene = await openScene({ files: { 'apko.yaml': 'contents:\n  packages: [busybox]\n' } })
  await using registry = await startJobRegistry({}, [fault])
  const result = await scene.step('image', registry.inputs)
  expectSuccess(result)
  expect(registry.tagsOf('octo/senhas').get('1.0.0')).toBe(result.outputs['digest'])
  expect(registry.faults.unused).toBe(0)
  expect(registry.journal.map(entry => entry.status)).toContain(status)
  expect(result.log).toMatch(/, again in \d+\.\d s \(try 2\)/)
  expect(result.log).not.toMatch(/(push of blob \w+ to \S+): \1/)
  expect(result.annotations).toEqual([])
})

it('a second run uploads nothing that is there', async () => {
  await using scene = await openScene({ files: { 'apko.yaml': 'contents:\n  packages: [busybox]\n' } })
  await using registry = await startJobRegistry()
  const first = await scene.step('image', registry.inputs)
  const before = registry.journal.length
  const second = await scene.step('image', { ...registry.inputs, tags: '1.0.0,latest' })
  for (const each of [first, second]) expectSuccess(each)
  const writes = registry.journal
    .slice(before)
    .filter(({ method }) => method === 'POST' || method === 'PATCH')
  // The proof that we may push, once without a login, is all that is begun.
  expect(writes.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    'POST /v2/octo/senhas/blobs/uploads/ 401',
    'POST /v2/octo/senhas/blobs/uploads/ 202',
  ])
  expect(registry.tags).toEqual(['1.0.0', 'latest'])
  expect(second.outputs['digest']).toBe(first.outputs['digest'])
})
