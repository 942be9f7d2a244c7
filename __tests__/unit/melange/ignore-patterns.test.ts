import { expect, it } from 'vitest'
import { ignoreRule } from '../../../src/melange/ignore-patterns.ts'

// What zealic/xignore v0.3.3 answers, as melange asks it (each pattern alone, regular files only).
it.each([
  ['*.o', 'a.o', true],
  ['*.o', 'deep/a.o', true],
  ['*.o', 'a.oo', false],
  ['node_modules', 'node_modules', true],
  ['node_modules/', 'node_modules/a.js', false],
  ['node_modules/**', 'node_modules/a/b.js', true],
  ['node_modules/*', 'node_modules/a/b.js', false],
  ['**/test', 'a/b/test', true],
  ['**/test', 'test', true],
  ['/top', 'top', true],
  ['/top', 'deep/top', false],
  ['a?c', 'abc', true],
  ['a?c', 'a/c', false],
  ['melange.rsa*', 'melange.rsa.pub', true],
  ['a.b', 'aXb', false],
  ['[ab].txt', 'b.txt', true],
  ['[ab].txt', 'c.txt', false],
  ['# *.o', 'a.o', false],
  ['*.o  ', 'a.o', true],
  ['./x/../y', 'y', true],
  ['!keep.o', 'keep.o', true],
  ['\uFEFF*.o', 'a.o', true],
  ['a\r\nb', 'b', true],
  ['a\\*b', 'a*b', true],
  ['a\\*b', 'aXb', false],
  ['(', '(', false],
  ['', 'a', false],
])('%j leaves out %s: %s', (text, path, expected) => {
  expect(ignoreRule(text)(path)).toBe(expected)
})
