import { expect, it } from 'vitest'
import type { Failure } from '../../../src/domain/failure.ts'
import { idleScanInputs } from '../../../src/pipeline/contradictions.ts'
import { planScan, type ScanInputs } from '../../../src/pipeline/scan-plan.ts'
import { apkoFile } from '../../support/planned-files.ts'

const inputs: ScanInputs = {
  scan: 'grype',
  'fail-on': 'critical',
  'only-fixed': true,
  'scan-ignore': [],
  vex: [],
  sarif: 'upload',
  'scan-database': undefined,
}
const image = {
  file: apkoFile('apko.yaml'),
  architectures: [],
  name: 'demo',
  repositories: [],
  tags: ['1.0.0'],
}

async function planned(more: Partial<ScanInputs>, images = [image]) {
  const found: Failure[] = []
  const plan = await planScan({ ...inputs, ...more }, { plan: { images }, workspace: '/w', found })
  return { plan, found: found.map(({ code, message }) => `${code} ${message}`) }
}

it('needs a database whenever findings may stop the image', async () => {
  expect((await planned({})).plan).toMatchObject({ scanner: 'grype', required: true, sarif: 'upload' })
  expect((await planned({ 'fail-on': 'kev' })).plan).toMatchObject({ required: true })
  expect((await planned({ 'fail-on': 'never' })).plan).toMatchObject({ required: false })
})

it('is none where nothing is scanned, or there is no image; what is wrong is told all the same', async () => {
  expect(await planned({}, [])).toEqual({ plan: undefined, found: [] })
  const off = await planned({ scan: 'false', 'scan-ignore': ['CVE-2026-1'], vex: ['none.json'] })
  expect(off.plan).toBeUndefined()
  expect(off.found).toEqual([
    expect.stringMatching(/^INPUT_INVALID input "scan-ignore": /),
    expect.stringMatching(/^CONFIG_MISSING input "vex": cannot read none.json/),
  ])
  expect(await planScan({}, { plan: { images: [image] }, workspace: '/w', found: [] })).toBeUndefined()
})

it('refuses a gate that trivy could never close', async () => {
  for (const failOn of ['critical, kev', 'epss>=0.5']) {
    expect((await planned({ scan: 'trivy', 'fail-on': failOn })).found).toEqual([
      expect.stringMatching(/^INPUT_INVALID input "fail-on" is .*trivy's database/),
    ])
  }
  expect((await planned({ scan: 'trivy' })).found).toEqual([])
})

it('inputs that mean nothing without a scan are remarked on', () => {
  expect(idleScanInputs({ scan: 'false', vex: ['a.json'], 'scan-ignore': [] })).toMatch(/no effect: vex$/)
  expect(idleScanInputs({ scan: 'false', vex: [], 'scan-ignore': [] })).toBeUndefined()
  expect(idleScanInputs({ scan: 'grype', vex: ['a.json'] })).toBeUndefined()
})
