import { describe, expect, it } from 'vitest'
import { keepOutput } from '../../../src/platform/kept-output.ts'
import { openLines } from '../../../src/platform/lines.ts'

function linesOf(...chunks: readonly (string | Buffer)[]): string[] {
  const got: string[] = []
  const lines = openLines(line => got.push(line))
  for (const chunk of chunks) lines.write(Buffer.from(chunk))
  lines.end()
  return got
}

describe('openLines', () => {
  it.each([
    [['a\nb\n'], ['a', 'b']],
    [['a\r\nb\r\n'], ['a', 'b']],
    [['10%\r20%\rdone\n'], ['10%', '20%', 'done']],
    [
      ['a\r', '\nb'],
      ['a', 'b'],
    ],
    [
      ['a\r', 'b'],
      ['a', 'b'],
    ],
    [['a\n\nb'], ['a', '', 'b']],
    [['a\r\n\r\nb'], ['a', '', 'b']],
    [
      ['a', 'b', '\nc'],
      ['ab', 'c'],
    ],
    [
      ['a\r', '\r', '\n'],
      ['a', ''],
    ],
    [['\n'], ['']],
    [[''], []],
    [[], []],
  ])('cuts %j into %j', (chunks, expected) => {
    expect(linesOf(...chunks)).toEqual(expected)
  })

  it('keeps characters whole that were split', () => {
    const bytes = Buffer.from('maçã €🙂\n')
    const single = [...bytes].map(byte => Buffer.from([byte]))
    expect(linesOf(...single)).toEqual(['maçã €🙂'])
  })

  it('shows what is not UTF-8 as replacement characters', () => {
    expect(linesOf(Buffer.from([0x61, 0xff, 0x0a, 0xe2, 0x82]))).toEqual(['a\ufffd', '\ufffd'])
  })

  it('keeps a long line whole', () => {
    const [line] = linesOf(...Array.from({ length: 1000 }, () => 'x'.repeat(1000)), '\n')
    expect(line).toHaveLength(1_000_000)
  })
})

describe('keepOutput', () => {
  it('keeps all while it is short, then the end', () => {
    const kept = keepOutput(10)
    kept.write(Buffer.from('0123'))
    kept.write(Buffer.from('4567'))
    expect(kept.text()).toBe('01234567')
    kept.write(Buffer.from('89ab'))
    expect(kept.text()).toBe('0123456789ab')
    kept.write(Buffer.from('cdef'))
    expect(kept.text()).toBe('456789abcdef')
  })
})
