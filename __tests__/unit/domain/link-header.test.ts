import { expect, it } from 'vitest'
import { nextPage } from '../../../src/domain/link-header.ts'

it.each([
  [undefined, undefined],
  ['', undefined],
  ['</v2/o/n/referrers/x?n=1&last=a>; rel="next"', '/v2/o/n/referrers/x?n=1&last=a'],
  ['<next>;rel=next', 'next'],
  ['<https://reg.example/a,b?c>; title="a, b"; REL = "Next"', 'https://reg.example/a,b?c'],
  ['</first>; rel="first", </second>; rel="next"', '/second'],
  ['</first>; rel="first next"; title="<x>"', '/first'],
  ['</first>; rel="prev"; title="; rel=next"', undefined],
  ['</first>', undefined],
])('the next page of %s is %s', (header, expected) => {
  expect(nextPage(header)).toBe(expected)
})
