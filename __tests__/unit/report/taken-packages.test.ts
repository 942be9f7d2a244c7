import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import type { BuildRecord } from '../../../src/domain/build-record.ts'
import type { Package } from '../../../src/domain/package.ts'
import { packagePayloads } from '../../../src/pipeline/package-signatures.ts'
import { outputs, outputsOf } from '../../../src/report/outputs.ts'
import { summaryOf } from '../../../src/report/summary.ts'
import { record } from '../../support/records.ts'

const sha256 = 'ab'.repeat(32)
const apk = (name: string, more: Partial<Package> = {}): Package => ({
  name,
  version: '1.0.0-r0',
  arch: 'x86_64',
  file: `x86_64/${name}-1.0.0-r0.apk`,
  sha256,
  size: 999_600,
  ...more,
})
const packages = { folder: 'packages', publicKey: 'packages/melange.rsa.pub', throwAwayKey: true }
const recordOf = (built: readonly Package[], sandbox?: string): BuildRecord => ({
  ...record,
  packages: { ...packages, ...(sandbox === undefined ? {} : { sandbox }), built },
  images: [],
})
const partly = recordOf([apk('new'), apk('old', { taken: true })], 'bubblewrap')
const wholly = recordOf([apk('old', { taken: true })])

describe('packages that an earlier run built', () => {
  it('are skipped, the others are built', () => {
    const found = outputsOf(outputs, { record: partly, output: '/out' })
    const facts = { version: '1.0.0-r0', arch: 'x86_64' }
    expect(JSON.parse(found.get('built') ?? '')).toEqual([{ kind: 'package', name: 'new', ...facts }])
    expect(JSON.parse(found.get('skipped') ?? '')).toEqual([{ kind: 'package', name: 'old', ...facts }])
  })

  it.each([partly, wholly])('are as the schema says', each => {
    const schema = JSON.parse(readFileSync('schema/giropops.schema.json', 'utf8')) as object
    const validate = new Ajv2020({ strict: true, formats: { 'date-time': true } }).compile(schema)
    expect(validate(each) || validate.errors).toBe(true)
  })

  it('are told apart in the summary', () => {
    const text = summaryOf(partly)
    expect(text).toContain('| old | `1.0.0-r0` | `x86_64` | 1.0 MB | an earlier run |')
    expect(text).toContain('| new | `1.0.0-r0` | `x86_64` | 1.0 MB | this run |')
    expect(text).toContain('Built in bubblewrap, signed with a throw-away key of this run.')
    expect(summaryOf(wholly)).toContain('Nothing had to be built, signed with a throw-away key of this run.')
  })

  it('are signed, but provenance is of the others alone', () => {
    const facts = { builder: 'https://builder', parameters: {}, dependencies: [] }
    const payloadsOf = (built: readonly Package[]): readonly unknown[] =>
      packagePayloads({ folder: '/out', publicKey: '/out/k.rsa.pub', packages: built }, facts).map(
        ({ payload }) =>
          payload.kind === 'statement' ? payload.statement.subject.map(({ name }) => name) : payload.name,
      )
    const [fresh, taken] = [apk('new'), apk('old', { taken: true })]
    expect(payloadsOf([fresh, taken])).toEqual([fresh.file, taken.file, 'k.rsa.pub', [fresh.file]])
    expect(payloadsOf([taken])).toEqual([taken.file, 'k.rsa.pub'])
  })
})
