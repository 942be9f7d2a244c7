import { describe, expect, it } from 'vitest'
import { parseChecksums } from '../../../src/tools/published.ts'

describe('parseChecksums', () => {
  it('reads what sha256sum writes, and nothing else', () => {
    const [one, two] = ['1'.repeat(64), 'AB'.repeat(32)]
    const text = `# made by goreleaser\n${one}  apko_1.tar.gz\r\n${two} *apko_2.tar.gz\nbad  apko_3.tar.gz\n${one}\n`
    expect([...parseChecksums(text)]).toEqual([
      ['apko_1.tar.gz', one],
      ['apko_2.tar.gz', two.toLowerCase()],
    ])
    expect(parseChecksums('<!doctype html>').size).toBe(0)
  })
})
