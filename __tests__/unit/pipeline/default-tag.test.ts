import { expect, it } from 'vitest'
import { defaultTag } from '../../../src/pipeline/default-tag.ts'

it.each([
  ['refs/heads/main', 'main'],
  ['refs/heads/feat/é+x', 'feat---x'],
  ['refs/tags/v1.2.3', 'v1.2.3'],
  ['refs/pull/7/merge', 'pr-7'],
  ['refs/heads/.hidden', 'hidden'],
  [`refs/heads/${'a'.repeat(200)}`, 'a'.repeat(128)],
  [undefined, 'latest'],
])('%s is tagged %s', (ref, tag) => {
  expect(defaultTag({ workflow: true, ...(ref === undefined ? {} : { ref }) })).toBe(tag)
})
