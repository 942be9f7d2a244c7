import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { expectSuccess, failuresOf } from '../support/bundle/failures.ts'
import { anyMachine, plainText, shownLog } from '../support/bundle/plain-text.ts'
import { apkoYaml } from '../support/bundle/sample-files.ts'
import { openScanScene, opensslFlaw, type ScanScene } from '../support/bundle/scan-scene.ts'
import type { StepResult } from '../support/runner/job.ts'
import { sarifProblems } from '../unit/scan/sarif-schema.ts'

async function recordOf({ outputs }: StepResult): Promise<BuildRecord> {
  const record = JSON.parse(await readFile(outputs['record'] ?? '', 'utf8')) as BuildRecord
  const schema = JSON.parse(await readFile('schema/giropops.schema.json', 'utf8')) as object
  const ajv = new Ajv2020({ allErrors: true, formats: { 'date-time': true, uri: true } })
  ajv.validate(schema, record)
  expect(ajv.errors).toBeNull()
  return record
}

describe('a finding that stops the image', () => {
  let scan: ScanScene
  let result: StepResult
  const plain = (text: string): string =>
    anyMachine(
      plainText(text, {
        mirror: scan.scene.server.url,
        registry: scan.registry.host,
        temp: scan.scene.job.temp,
      }),
    ).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<moment>')

  beforeAll(async () => {
    scan = await openScanScene()
    result = await scan.run()
  })
  afterAll(() => scan[Symbol.asyncDispose]())

  it('fails the step on the line that brings the package in, and names the way out', () => {
    expect(result.code).toBe(1)
    expect(failuresOf(result).map(({ text, ...rest }) => ({ ...rest, text: plain(text) })))
      .toMatchInlineSnapshot(`
      [
        {
          "at": "apko.yaml:6:7",
          "code": "VULNERABLE",
          "text": "<host>/octo/senhas: 1 finding stops it (fail-on: critical, only-fixed: true); it was not pushed
        CVE-2026-11111 critical: libcrypto3 1.2.3-r4 (linux/<arch>), mended in 3.5.1-r0; apko.yaml:6 by way of busybox
      Build again with libcrypto3 3.5.1-r0 or later (where a lock holds the old one, run once with \`lockfile: update\`); or say why it does no harm, in scan-ignore: CVE-2026-11111 package=libcrypto3 reason=… until=YYYY-MM-DD",
        },
      ]
    `)
  })

  it('leaves nothing in the registry', () => {
    expect(scan.registry.tags).toEqual([])
    expect(scan.registry.journal.filter(({ method }) => method === 'PUT')).toEqual([])
  })

  it('has a log that can be read', () => {
    const lines = plain(shownLog(result.log)).split('\n')
    const from = lines.findIndex(line => line.includes('::group::scan'))
    expect(lines.slice(from).join('\n')).toMatchInlineSnapshot(`
      "::group::scan
      grype 0.121.2: apko linux/<arch>: 1 findings in 3 packages, <time>
      <registry>/octo/senhas: 1 finding, 0 ignored; 1 stops it (fail-on: critical; grype, database of <moment>)
      ::endgroup::
      findings of octo/senhas are in its Security tab
      ::error file=apko.yaml,line=6,col=7::<registry>/octo/senhas: 1 finding stops it (fail-on: critical, only-fixed: true); it was not pushed%0A  CVE-2026-11111 critical: libcrypto3 1.2.3-r4 (linux/<arch>), mended in 3.5.1-r0; apko.yaml:6 by way of busybox%0ABuild again with libcrypto3 3.5.1-r0 or later (where a lock holds the old one, run once with \`lockfile: update\`); or say why it does no harm, in scan-ignore: CVE-2026-11111 package=libcrypto3 reason=… until=YYYY-MM-DD%0A(VULNERABLE)"
    `)
  })

  it('hands over verdict, SARIF and summary all the same', async () => {
    expect(JSON.parse(result.outputs['verdict'] ?? '')).toMatchObject({
      pass: false,
      failOn: 'critical',
      onlyFixed: true,
      scanner: { name: 'grype', version: '0.121.2', database: { source: 'vulnerabilities.json' } },
      images: [{ pass: false, total: { failing: 1, others: 0, ignored: 0 } }],
    })
    const sarif: unknown = JSON.parse(await readFile(result.outputs['sarif'] ?? '', 'utf8'))
    expect(sarifProblems(sarif)).toEqual([])
    expect(scan.codeScanning.uploads).toEqual([
      { commit: '5af4b1d0'.repeat(5), ref: 'refs/heads/main', tool: 'grype', sarif },
    ])
    expect(plain(result.summary).split('### Packages')[0]).toMatchInlineSnapshot(`
      "### Failed

      | What | Where | Code |
      | --- | --- | --- |
      | <registry>/octo/senhas: 1 finding stops it (fail-on: critical, only-fixed: true); it was not pushed   CVE-2026-11111 critical: libcrypto3 1.2.3-r4 (linux/<arch>), mended in 3.5.1-r0; apko.yaml:6 by way of busybox | \`apko.yaml:6\` | VULNERABLE |

      ### <registry>/octo/senhas

      Built, not pushed.

      | Platform | Digest | Size | Packages |
      | --- | --- | --- | --- |
      | \`linux/<arch>\` | \`sha256:<sha256>\` | <size> | 3 |

      Index \`sha256:<sha256>\`, <size> in all.

      **1 finding stops it** (\`fail-on\`: critical, \`only-fixed\`: true): it was not pushed.

      | Platform | critical | high | medium | low | negligible | unknown | ignored |
      | --- | --- | --- | --- | --- | --- | --- | --- |
      | \`linux/<arch>\` | 1 | 0 | 0 | 0 | 0 | 0 | 0 |

      | Vulnerability | Severity | Package | Version | Mended in | Brought in by | Platforms |
      | --- | --- | --- | --- | --- | --- | --- |
      | [CVE-2026-11111](https://security.example/CVE-2026-11111) | critical, EPSS 42.0 % | libcrypto3 | 1.2.3-r4 | 3.5.1-r0 | \`apko.yaml:6\` | linux/<arch> |

      First scan: there is no earlier one to compare with.

      Looked at by grype 0.121.2 with the database of <moment>.

      <details><summary>Added to the SBOM from the package database, since apko leaves them out: 2</summary>

      \`busybox-1.2.3-r4\`, \`libcrypto3-1.2.3-r4\`

      </details>

      "
    `)
  })

  it('records it by the schema', async () => {
    const [image] = (await recordOf(result)).images
    expect(image?.pushed).toBeUndefined()
    expect(image?.scan).toMatchObject({
      pass: false,
      sarif: 'findings.sarif',
      failing: [
        {
          id: opensslFlaw.id,
          package: 'libcrypto3',
          at: { file: 'apko.yaml', line: 6 },
          chain: ['busybox', 'libcrypto3'],
        },
      ],
    })
  })

  it('asked GitHub in its own words', () => {
    expect(scan.github.problems).toEqual([])
    expect(scan.github.asked.map(line => line.replace(/sarifs\/.*/, 'sarifs/<id>'))).toEqual([
      'POST /repos/octo/senhas/code-scanning/sarifs',
      'GET /repos/octo/senhas/code-scanning/sarifs/<id>',
    ])
  })
})

describe('what stops nothing', () => {
  it.each([
    ['only-fixed leaves out what has no mended version', { ...opensslFlaw, fixedIn: [] }, {}],
    ['fail-on: never', opensslFlaw, { 'fail-on': 'never' }],
    ['a lower severity', { ...opensslFlaw, severity: 'High' }, {}],
    [
      'an entry of scan-ignore',
      opensslFlaw,
      { 'scan-ignore': 'CVE-2026-11111 package=libcrypto3 reason=not reachable until=2999-12-31' },
    ],
  ])('%s', async (_title, flaw, inputs) => {
    await using scan = await openScanScene()
    await scan.know(flaw)
    const result = await scan.run(inputs)
    expectSuccess(result)
    expect(scan.registry.tags).toEqual(['1.0.0'])
    expect(JSON.parse(result.outputs['verdict'] ?? '')).toMatchObject({ pass: true })
  })

  it('a VEX document, whose justification is shown', async () => {
    await using scan = await openScanScene()
    await scan.scene.write(
      'vex.json',
      JSON.stringify({
        '@context': 'https://openvex.dev/ns/v0.2.0',
        '@id': 'https://octo.example/vex/1',
        author: 'octo',
        timestamp: '2026-01-01T00:00:00Z',
        version: 1,
        statements: [
          {
            vulnerability: { name: opensslFlaw.id },
            products: [{ '@id': 'pkg:apk/alpine/libcrypto3' }],
            status: 'not_affected',
            justification: 'vulnerable_code_not_in_execute_path',
          },
        ],
      }),
    )
    const result = await scan.run({ vex: 'vex.json' })
    expectSuccess(result)
    expect(result.summary).toContain('vulnerable\\_code\\_not\\_in\\_execute\\_path')
  })
})

describe('the policy', () => {
  it('tells expired and unused entries', async () => {
    await using scan = await openScanScene()
    const entries = `- vulnerability: CVE-2026-11111
  package: libcrypto3
  reason: was not reachable
  until: 2025-12-31
- vulnerability: CVE-2026-22222
  package: zlib
  reason: long gone
  until: 2999-01-01
`
    await scan.scene.write('ignored.yaml', entries)
    const result = await scan.run({ 'scan-ignore': 'ignored.yaml' })
    expect(result.code).toBe(1)
    const told = result.annotations.filter(({ command }) => command !== 'error')
    expect(told.map(({ command, message, properties }) => [command, message, properties['line']])).toEqual([
      [
        'warning',
        'scan-ignore: the entry CVE-2026-11111 of libcrypto3 ended on 2025-12-31 and does not count any more',
        '1',
      ],
      ['notice', 'scan-ignore: no finding needs the entry CVE-2026-22222 of zlib; it can be taken out', '5'],
    ])
  })

  it('is read before anything is built, and all that is wrong is told at once', async () => {
    await using scan = await openScanScene()
    await scan.scene.write('ignored.yml', '- vulnerability: CVE-2026-1\n  until: soon\n')
    await scan.scene.write('vex.json', '{"@context": "https://openvex.dev/ns/v0.2.0",\n"author": "me"}')
    const result = await scan.run({
      'scan-ignore': 'CVE-2026-11111 package=openssl until=2026-02-30\nignored.yml\nnone.yaml',
      vex: 'vex.json',
      'scan-database': 'none.json',
    })
    expect(failuresOf(result).map(({ code, at, text }) => `${code} ${at} ${text.split('\n')[0]}`))
      .toMatchInlineSnapshot(`
      [
        "INPUT_INVALID  input "scan-ignore": "CVE-2026-11111 package=openssl until=2026-02-30": "reason" is missing; "until" is "2026-02-30"; accepted: a day such as 2026-12-31",
        "INPUT_INVALID ignored.yml:1:3 input "scan-ignore": ignored.yml:1: "package" is missing; "reason" is missing; "until" is "soon"; accepted: a day such as 2026-12-31",
        "CONFIG_MISSING  input "scan-ignore": cannot read none.yaml: there is no such file",
        "CONFIG_INVALID vex.json:1:1 input "vex": vex.json:1: "@id" is missing",
        "CONFIG_INVALID vex.json:1:1 input "vex": vex.json:1: "timestamp" is no time such as 2026-01-31T12:00:00Z",
        "CONFIG_INVALID vex.json:1:1 input "vex": vex.json:1: "statements" is missing or empty",
        "INPUT_INVALID  input "scan-database" is "none.json"; accepted for grype: an http or https URL of a mirror without a user name (with v6/latest.json below it), or a file",
      ]
    `)
    expect(await scan.scene.calls()).toEqual([])
  })

  it('does not keep the docker tar back, which is packed meanwhile', async () => {
    await using scan = await openScanScene()
    const result = await scan.run({ output: 'out' })
    expect(failuresOf(result).map(({ code }) => code)).toEqual(['VULNERABLE'])
    expect(shownLog(result.log)).toContain('::group::scan, docker tar\n')
    const [image] = (await recordOf(result)).images
    expect([image?.dockerTar, image?.scan?.pass]).toEqual(['images/apko/apko.tar', false])
    expect(result.outputs['sarif']).toBe(`${scan.scene.job.workspace}/out/findings.sarif`)
    expect(scan.registry.tags).toEqual([])
  })

  it('stops one image, and the others go on', async () => {
    await using scan = await openScanScene({
      'good.yaml': apkoYaml.replace('- senhas', '- alpine-baselayout').replace('- busybox', '- tzdata'),
      'bad.yaml': apkoYaml.replace('- senhas', '- zlib'),
    })
    const result = await scan.run({
      'apko-config': '*.yaml',
      image: `${scan.registry.host}/octo/senhas/{name}`,
    })
    expect(result.code).toBe(1)
    expect(failuresOf(result).map(({ code, at }) => [code, at])).toEqual([['VULNERABLE', 'bad.yaml:6:7']])
    expect([...scan.registry.tagsOf('octo/senhas/good').keys()]).toEqual(['1.0.0'])
    expect([...scan.registry.tagsOf('octo/senhas/bad').keys()]).toEqual([])
    const [upload] = scan.codeScanning.uploads
    expect(upload?.sarif).toMatchObject({
      runs: [{ automationDetails: { id: 'giropops/bad/' } }, { automationDetails: { id: 'giropops/good/' } }],
    })
  })
})

describe('the scanner', () => {
  it.each([
    ['crash', 'SCAN_FAILED', /nil pointer dereference/],
    ['garbage', 'SCAN_FAILED', /not|JSON/],
    ['blind', 'SCAN_BLIND', /saw 0 of the 3 packages/],
  ])('that ends in %s lets nothing be pushed', async (trouble, code, message) => {
    await using scan = await openScanScene()
    const result = await scan.run({}, { env: { FAKE_GRYPE: trouble } })
    expect(failuresOf(result).map(each => each.code)).toEqual([code])
    expect(failuresOf(result)[0]?.text).toMatch(message)
    expect(scan.registry.tags).toEqual([])
    expect(scan.github.asked).toEqual([])
  })

  it('without a database is a failure, but for fail-on: never', async () => {
    await using scan = await openScanScene()
    await scan.scene.write('vulnerabilities.json', 'no database')
    const result = await scan.run()
    expect(failuresOf(result).map(each => each.code)).toEqual(['SCAN_FAILED'])
    expect(scan.registry.tags).toEqual([])
    const never = await scan.run({ 'fail-on': 'never' })
    expectSuccess(never)
    expect(never.annotations.map(({ message }) => message).join('\n')).toMatch(/^nothing is scanned: /m)
    expect(never.summary).toContain('**Not scanned**: there was no database for grype')
  })

  it('sees neither inputs nor tokens', async () => {
    await using scan = await openScanScene()
    await scan.run({ 'fail-on': 'never' })
    const calls = (await scan.scene.calls()).filter(({ tool }) => tool === 'grype')
    expect(calls.length).toBeGreaterThanOrEqual(2)
    const names = calls.flatMap(({ env }) => env)
    expect(names.filter(name => /^(INPUT|STATE|ACTIONS)_|TOKEN/.test(name))).toEqual([])
  })
})
