import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { formatSize } from '../../../src/domain/size.ts'
import { outputs, outputsOf, setupOutputs } from '../../../src/report/outputs.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { image, record } from '../../support/records.ts'

describe('the record', () => {
  const schema: object = JSON.parse(readFileSync('schema/giropops.schema.json', 'utf8')) as object
  const validate = new Ajv2020({ strict: true, formats: { 'date-time': true } }).compile(schema)

  it('is what its schema says', () => {
    expect(validate(record) || validate.errors).toBe(true)
  })
  it.each([
    ['a bad digest', { ...record, images: [{ ...image, digest: 'sha256:1' }] }],
    ['an unknown field', { ...record, more: 1 }],
    ['no tools', { ...record, tools: undefined }],
  ])('is not %s', (_title, wrong) => {
    expect(validate(JSON.parse(JSON.stringify(wrong)))).toBe(false)
  })
})

describe('outputs', () => {
  it('come from the record', () => {
    expect(Object.fromEntries(outputsOf(outputs, { record, output: '/out' }))).toMatchInlineSnapshot(`
      {
        "built": "[{"kind":"package","name":"senhas","version":"1.0.0-r0","arch":"x86_64"},{"kind":"image","name":"ghcr.io/o/senhas","digest":"sha256:1bc04b5291c26a46d918139138b992d2de976d6851d0893b0476b85bfbdfc6e6"}]",
        "digest": "sha256:1bc04b5291c26a46d918139138b992d2de976d6851d0893b0476b85bfbdfc6e6",
        "digest-amd64": "sha256:5861314d7fccb39c2192173240eab44fa35ca66426201ca2acd0630a6258dd51",
        "image": "ghcr.io/o/senhas@sha256:1bc04b5291c26a46d918139138b992d2de976d6851d0893b0476b85bfbdfc6e6",
        "images": "[{"name":"ghcr.io/o/senhas","digest":"sha256:1bc04b5291c26a46d918139138b992d2de976d6851d0893b0476b85bfbdfc6e6","image":"ghcr.io/o/senhas@sha256:1bc04b5291c26a46d918139138b992d2de976d6851d0893b0476b85bfbdfc6e6","tags":["1.0.0","latest"],"platforms":{"linux/amd64":"sha256:5861314d7fccb39c2192173240eab44fa35ca66426201ca2acd0630a6258dd51"}}]",
        "packages": "/out/packages",
        "public-key": "/out/packages/melange.rsa.pub",
        "record": "/out/giropops.json",
        "sbom-paths": "/out/images/apko/sbom/sbom-x86_64.spdx.json
      /out/images/apko/sbom/sbom-index.spdx.json",
        "skipped": "[]",
        "tags": "ghcr.io/o/senhas:1.0.0
      ghcr.io/o/senhas:latest",
      }
    `)
  })
  it('are left out where the run has no such thing', () => {
    const built = { ...record, packages: undefined, images: [{ ...image, pushed: undefined }] }
    const names = [
      ...outputsOf(outputs, {
        record: JSON.parse(JSON.stringify(built)) as typeof record,
        output: '/out',
      }).keys(),
    ]
    expect(names).toEqual(['digest', 'images', 'digest-amd64', 'built', 'skipped', 'sbom-paths', 'record'])
  })
  it('of setup tell the tools', () => {
    expect([...outputsOf(setupOutputs, { record, output: '' })]).toEqual([
      ['apko-version', '1.2.39'],
      ['apko-sha256', 'ab'.repeat(32)],
    ])
  })
})

it('the summary tells platforms, digests and sizes', () => {
  expect(summaryOf(record)).toMatchInlineSnapshot(`
    "### \`ghcr.io/o/senhas\`

    Pushed, tags: \`1.0.0\`, \`latest\`

    \`\`\`sh
    docker pull ghcr.io/o/senhas@sha256:1bc04b5291c26a46d918139138b992d2de976d6851d0893b0476b85bfbdfc6e6
    \`\`\`

    | Platform | Digest | Size | Packages |
    | --- | --- | --- | --- |
    | \`linux/amd64\` | \`sha256:5861314d7fccb39c2192173240eab44fa35ca66426201ca2acd0630a6258dd51\` | 25.6 MB | 2 |

    Index \`sha256:1bc04b5291c26a46d918139138b992d2de976d6851d0893b0476b85bfbdfc6e6\`, 51.2 MB in all.

    <details><summary>Added to the SBOM from the package database, since apko leaves them out: 1</summary>

    \`busybox-1.36.1-r2\`

    </details>

    ### Packages

    | Package | Version | Architecture | Size |
    | --- | --- | --- | --- |
    | senhas | \`1.0.0-r0\` | \`x86_64\` | 1.0 MB |

    Built in bubblewrap, signed with a throw-away key of this run.

    <details><summary>Tools and times</summary>

    | Tool | Version | sha256 | From |
    | --- | --- | --- | --- |
    | apko | 1.2.39 | \`abababababababababababababababababababababababababababababababab\` | download |

    | Stage | Time |
    | --- | --- |
    | tools | 0.3 s |

    </details>
    "
  `)
})

it('the summary of an image that was not pushed says so', () => {
  const { pushed: _pushed, ...local } = image
  const text = summaryOf({ ...record, images: [{ ...local, name: 'a_b|c', loaded: ['a_b:1-amd64'] }] })
  expect(text).toContain('### a\\_b\\|c\n\nBuilt, not pushed.')
  expect(text).toContain('Loaded: `a_b:1-amd64`')
})

it('the summary of a run of which a part failed begins with that', () => {
  const at = { file: 'apko.yaml', line: 4 }
  const text = summaryOf(record, [new Failure('PACKAGE_UNRESOLVED', 'nobody has "a|b"', { at })])
  expect(text.split('\n').slice(0, 5)).toEqual([
    '### Failed',
    '',
    '| What | Where | Code |',
    '| --- | --- | --- |',
    '| nobody has "a\\|b" | `apko.yaml:4` | PACKAGE_UNRESOLVED |',
  ])
})

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_600, '1.0 MB'],
  [25_600_000, '25.6 MB'],
  [512_000_000, '512 MB'],
  [4_000_000_000_000, '4000 GB'],
])('%d bytes are %s', (bytes, text) => expect(formatSize(bytes)).toBe(text))
