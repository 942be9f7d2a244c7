import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { expectSuccess } from '../support/bundle/failures.ts'
import { openScanScene, opensslFlaw } from '../support/bundle/scan-scene.ts'
import type { StepResult } from '../support/runner/job.ts'

describe('the upload', () => {
  const remarks = (result: StepResult): readonly string[] =>
    result.annotations.map(({ command, message }) => `${command}: ${message}`)

  it('that is refused is one notice, and the file stays', async () => {
    await using scan = await openScanScene()
    scan.github.permit({ security_events: 'none' })
    const result = await scan.run({ 'fail-on': 'never' })
    expectSuccess(result)
    expect(remarks(result)).toEqual([
      'notice: findings are not shown in the Security tab: Resource not accessible by integration. Add `security-events: write` to the permissions of the job, and turn code scanning on (private repositories need GitHub Advanced Security); or say `sarif: file`.',
    ])
    expect(await readFile(result.outputs['sarif'] ?? '', 'utf8')).toContain(opensslFlaw.id)
  })

  it('where code scanning is off is the same notice', async () => {
    await using scan = await openScanScene()
    scan.codeScanning.disable()
    const result = await scan.run({ 'fail-on': 'never' })
    expectSuccess(result)
    expect(remarks(result).join('\n')).toMatch(/^notice: .*Code scanning is not enabled/)
    expect(remarks(result).join('\n')).not.toContain('..')
  })

  it('that GitHub cannot process, or finds too large, is a warning', async () => {
    await using scan = await openScanScene()
    scan.codeScanning.fail('locationFromSarifResult: expected a physical location')
    const failed = await scan.run({ 'fail-on': 'never' })
    expectSuccess(failed)
    expect(remarks(failed)).toEqual([
      'warning: GitHub could not take the findings: locationFromSarifResult: expected a physical location; the SARIF document is in the output folder',
    ])
    scan.github.breakWith({ match: /^POST .*sarifs/, action: { kind: 'answer', status: 413, body: {} } })
    const large = await scan.run({ 'fail-on': 'never' })
    expectSuccess(large)
    expect(remarks(large).join('\n')).toMatch(/^warning: .*too large/)
  })

  it('waits out an outage and the processing', async () => {
    await using scan = await openScanScene()
    scan.codeScanning.pending(1)
    scan.github.breakWith(
      { match: /^POST/, action: { kind: 'answer', status: 503, body: {} } },
      { match: /^GET/, action: { kind: 'reset' } },
    )
    const result = await scan.run({ 'fail-on': 'never' })
    expectSuccess(result)
    expect(remarks(result)).toEqual([])
    expect(scan.codeScanning.uploads).toHaveLength(1)
    expect(scan.github.problems).toEqual([])
  })

  it('is of the merge of a pull request', async () => {
    await using scan = await openScanScene()
    const env = {
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_REF: 'refs/pull/7/merge',
    }
    expectSuccess(await scan.run({ 'fail-on': 'never' }, { env }))
    expect(scan.codeScanning.uploads.map(({ ref }) => ref)).toEqual(['refs/pull/7/merge'])
    expect(scan.registry.tags).toEqual([])
  })

  it.each([
    [
      'pull_request_target, whose name is that of the base branch',
      {},
      { GITHUB_EVENT_NAME: 'pull_request_target' },
    ],
    ['sarif: file', { sarif: 'file' }, {}],
    ['sarif: false', { sarif: 'false' }, {}],
  ])('is left out for %s', async (_title, inputs, env) => {
    await using scan = await openScanScene()
    const result = await scan.run({ 'fail-on': 'never', ...inputs }, { env })
    expectSuccess(result)
    expect(scan.github.asked).toEqual([])
    const name = result.outputs['sarif']?.split('/').at(-1)
    expect(name).toBe('sarif' in inputs && inputs.sarif === 'false' ? undefined : 'findings.sarif')
  })
})
