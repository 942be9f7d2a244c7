import { describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import type { ScanOfRecord } from '../../../src/domain/scan-record.ts'
import { findingsPart } from '../../../src/report/findings.ts'
import { verdictOf } from '../../../src/report/verdict-output.ts'
import { finding, scanner } from '../scan/findings.ts'

const counts = { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0, ignored: 0 }
const scan: ScanOfRecord = {
  pass: true,
  failOn: 'critical',
  onlyFixed: true,
  counts: [{ platform: 'linux/amd64', ...counts }],
  failing: [],
  others: [],
  ignored: [],
  expired: [],
  unused: [],
  scanner,
  startedAt: '2026-01-01T07:00:00.000Z',
  finishedAt: '2026-01-01T07:00:01.000Z',
}
const part = (more: Partial<ScanOfRecord> = {}): string => findingsPart({ ...scan, ...more }).join('\n\n')

describe('the summary', () => {
  it('of an image that nobody looked at is empty', () => {
    expect(findingsPart(undefined)).toEqual([])
  })

  it('of one that was to be looked at says why nobody did', () => {
    expect(findingsPart(undefined, 'no <database>')).toEqual([
      expect.stringMatching(/^\*\*Not scanned\*\*: no .*database.*\.$/),
    ])
  })

  it('of one without findings is short', () => {
    expect(part()).toMatchInlineSnapshot(`
      "Nothing found stops it (\`fail-on\`: critical, \`only-fixed\`: true).

      | Platform | critical | high | medium | low | negligible | unknown | ignored |
      | --- | --- | --- | --- | --- | --- | --- | --- |
      | \`linux/amd64\` | 0 | 0 | 0 | 0 | 0 | 0 | 0 |

      First scan: there is no earlier one to compare with.

      Looked at by grype 0.121.2 with the database of 2026-01-01T06:00:00Z."
    `)
  })

  it('takes no earlier scan that could not be asked for as a first one', () => {
    const text = part({ notCompared: 'ghcr.io/octo/demo:main could not be asked for: nobody *answers*' })
    expect(text).toContain(
      'Not compared with an earlier scan: ghcr.io/octo/demo:main could not be asked for: nobody \\*answers\\*.',
    )
    expect(text).not.toContain('First scan')
  })

  it('names what is ignored and why, entries that do nothing, and what changed', () => {
    const entry = { vulnerability: 'CVE-2026-7', package: 'zlib', reason: 'x', until: '2025-12-31' }
    const text = part({
      others: [finding({ exploited: true, epss: 0.914, at: { file: 'apko.yaml', line: 5 } })],
      ignored: [
        {
          ...finding({ id: 'CVE-2026-2' }),
          by: 'scan-ignore',
          reason: 'not *reached* | here',
          until: '2026-12-31',
        },
        { ...finding({ id: 'CVE-2026-3' }), by: 'vex', reason: 'component_not_present' },
      ],
      expired: [entry],
      unused: [{ ...entry, vulnerability: 'CVE-2026-8' }],
      since: {
        reference: 'ghcr.io/octo/demo:main',
        digest: digestOf('an index'),
        scannedAt: '2025-12-24T07:00:00.000Z',
        added: [finding()],
        gone: [finding({ id: 'CVE-2025-1', severity: 'low' })],
      },
    })
    expect(text).toMatchInlineSnapshot(`
      "Nothing found stops it (\`fail-on\`: critical, \`only-fixed\`: true).

      | Platform | critical | high | medium | low | negligible | unknown | ignored |
      | --- | --- | --- | --- | --- | --- | --- | --- |
      | \`linux/amd64\` | 0 | 0 | 0 | 0 | 0 | 0 | 0 |

      <details><summary>The other findings: 1</summary>

      | Vulnerability | Severity | Package | Version | Mended in | Brought in by | Platforms |
      | --- | --- | --- | --- | --- | --- | --- |
      | CVE-2026-11111 | critical, exploited, EPSS 91.4 % | libcrypto3 | 3.5.0-r0 | 3.5.1-r0 | \`apko.yaml:5\` | linux/amd64 |

      </details>

      <details><summary>Ignored: 2</summary>

      | Vulnerability | Package | By | Reason |
      | --- | --- | --- | --- |
      | CVE-2026-2 | libcrypto3 | \`scan-ignore\` until 2026-12-31 | not \\*reached\\* \\| here |
      | CVE-2026-3 | libcrypto3 | VEX | component\\_not\\_present |

      </details>

      Entries of \`scan-ignore\` that ended and do not count any more: CVE-2026-7 of zlib.

      Entries of \`scan-ignore\` that nothing needs: CVE-2026-8 of zlib.

      Against \`ghcr.io/octo/demo:main\`, scanned on 2025-12-24: 1 new, 1 gone.

      | Change | Vulnerability | Severity | Package | Version |
      | --- | --- | --- | --- | --- |
      | new | CVE-2026-11111 | critical | libcrypto3 | 3.5.0-r0 |
      | gone | CVE-2025-1 | low | libcrypto3 | 3.5.0-r0 |

      Looked at by grype 0.121.2 with the database of 2026-01-01T06:00:00Z."
    `)
  })

  it('takes words of databases for text, not for Markdown', () => {
    const id = 'CVE-1](https://evil.example) <img src=x>'
    const text = part({
      failing: [finding({ id, package: 'a|b\n# c', url: 'javascript:alert(1)', fixedIn: ['`1`'] })],
      others: [finding({ url: 'https://ok.example/x)[y](z' })],
    })
    expect(text).toContain('CVE-1\\](https://evil.example) \\<img src=x\\>')
    expect(text).toContain('a\\|b \\# c')
    expect(text).not.toMatch(/javascript|^# c|\(https:\/\/ok/m)
  })

  it('is bounded', () => {
    const many = Array.from({ length: 5000 }, (_, at) => finding({ id: `CVE-2026-${at}` }))
    const ignored = many.map(each => ({ ...each, by: 'vex' as const, reason: 'x'.repeat(5000) }))
    const text = part({ pass: false, failing: many, others: many, ignored })
    expect(text.length).toBeLessThan(64 * 1024)
    expect(text).toContain('4950 more are in the record.')
  })
})

describe('the output verdict', () => {
  it('is of all images, bounded', () => {
    const many = Array.from({ length: 5000 }, (_, at) => finding({ id: `CVE-2026-${at}` }))
    const image = { name: 'a', scan } as never
    const text = verdictOf([image, { name: 'b', scan: { ...scan, pass: false, failing: many } } as never])
    expect(text?.length).toBeLessThan(64 * 1024)
    expect(JSON.parse(text ?? '')).toMatchObject({
      pass: false,
      failOn: 'critical',
      images: [
        { name: 'a', pass: true },
        { name: 'b', pass: false, total: { failing: 5000 } },
      ],
    })
    expect(verdictOf([{ name: 'c' } as never])).toBeUndefined()
  })
})
