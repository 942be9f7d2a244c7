import { expect, it } from 'vitest'
import { runScanner } from '../../../src/scan/run-scanner.ts'
import { fakePorts } from '../../support/fake-ports.ts'

const tool = { name: 'grype', path: '/t/grype', version: '0.121.2' } as never
const call = { tool, args: [], env: {}, cwd: '/', limit: 15 * 60_000, doing: 'scan of linux/amd64 in demo' }

it('names the deadline that would help one that takes too long', async () => {
  const ports = fakePorts({ processes: { grype: { code: 137, timedOut: true } } })
  await expect(runScanner(call, ports)).rejects.toMatchObject({
    code: 'SCAN_FAILED',
    message: 'grype: scan of linux/amd64 in demo took longer than 900 s and was ended',
    hint: expect.stringContaining('Set deadline to more than 15m') as string,
  })
  expect(ports.commands).toMatchObject([{ timeLimit: 900_000 }])
})
