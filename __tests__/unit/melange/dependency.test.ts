import { expect, it } from 'vitest'
import { isSatisfied, readDependency } from '../../../src/melange/dependency.ts'

it.each([
  ['busybox', ['busybox', '', '']],
  ['liba>=1.2', ['liba', '>=', '1.2']],
  ['liba~1', ['liba', '~', '1']],
  ['liba=~1', ['liba', '~', '1']],
  ['liba=1.0-r0@edge', ['liba', '=', '1.0-r0']],
  ['liba@local', ['liba', '', '']],
  ['so:libc.musl-x86_64.so.1', ['so:libc.musl-x86_64.so.1', '', '']],
  ['cmd:a=1', ['cmd:a', '=', '1']],
  [' pc:x.pc ', ['pc:x.pc', '', '']],
  ['!liba', undefined],
  ['', undefined],
])('reads %j', (text, parts) => {
  const read = readDependency(text)
  expect(read && [read.name, read.operator, read.version]).toEqual(parts)
})

it.each([
  ['a', '1.0-r0', true],
  ['a=1.0-r0', '1.0-r0', true],
  ['a=1.0-r1', '1.0-r0', false],
  ['a>=1.9', '1.10-r0', true],
  ['a>1.10-r0', '1.10-r0', false],
  ['a<2', '2_rc1-r0', true],
  ['a<=1', '1.0-r0', false],
  ['a~1.2', '1.2.3-r4', true],
  ['a~1.2', '1.20-r0', false],
  ['a~1.2', '1.2-r0', true],
  ['a>=not.a.version', '1.0-r0', true],
  ['a>=1', '${{vars.later}}-r0', true],
])('%s and version %s: %s', (text, version, satisfied) => {
  const wanted = readDependency(text)
  expect(wanted && isSatisfied(wanted, version)).toBe(satisfied)
})
