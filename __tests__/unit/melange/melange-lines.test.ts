import { expect, it } from 'vitest'
import { lastLine, meaningful, readLine, shownLine } from '../../../src/melange/melange-lines.ts'

it.each([
  ['2026/11/24 07:49:07 INFO running step "a"', { level: 'info', text: 'running step "a"' }],
  ['2026/11/24 07:49:07 ERRO failed', { level: 'error', text: 'failed' }],
  ['2026/11/24 07:49:07 ERROR unknown flag: --x', { level: 'error', text: 'unknown flag: --x' }],
  ['2026/11/24 07:49:07 WARN ', { level: 'warn', text: '' }],
  [
    '2026/11/24 07:49:07 INFO get https://me:secret@e.example/x',
    { level: 'info', text: 'get https://***@e.example/x' },
  ],
  ['  line 17: field x', { level: undefined, text: '  line 17: field x' }],
])('reads %s', (line, read) => expect(readLine(line)).toEqual(read))

it.each([
  ['2026/11/24 07:49:07 INFO compiling', 'compiling'],
  ['2026/11/24 07:49:07 WARN   indented', '  indented'],
  ['2026/11/24 07:49:07 ERRO failed', 'ERROR failed'],
  ['a line of its own', 'a line of its own'],
  ['2026/11/24 07:49:07 INFO ::add-mask::x', '| ::add-mask::x'],
  ['2026/11/24 07:49:07 INFO  ::stop-commands::x', '|  ::stop-commands::x'],
  ['::error::x', '| ::error::x'],
  ['2026/11/24 07:49:07 INFO so ##[add-mask]x', '| so ## [add-mask]x'],
])('shows %j as %j', (line, shown) => expect(shownLine(line)).toBe(shown))

it('finds the last line that says something', () => {
  expect(lastLine('2026/11/24 07:49:07 INFO a\n2026/11/24 07:49:07 ERRO b\n\n')).toBe('b')
  expect(lastLine('\n')).toBe('it printed nothing')
})

it('keeps what says something', () => {
  const lines = [' cat: x subpackage=a-doc', '', 'pod abc terminated', 'untagged x', 'error: y'].map(
    text => ({ level: 'info' as const, text }),
  )
  expect(meaningful(lines)).toEqual([' cat: x', 'error: y'])
})
