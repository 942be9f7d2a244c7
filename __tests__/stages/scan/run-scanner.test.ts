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

it('shows the first and the last lines of one that says a lot', async () => {
  const stderr = Array.from({ length: 10_000 }, (_, at) => `line ${at}\n`).join('')
  const ports = fakePorts({ processes: { grype: { stderr } } })
  const shown: string[] = []
  await runScanner(call, { ...ports, log: { ...ports.log, debug: line => void shown.push(line) } })
  expect(shown).toHaveLength(4001)
  expect([shown[0], shown[1999], shown[2000], shown[2001], shown.at(-1)]).toEqual([
    'grype: line 0',
    'grype: line 1999',
    'grype: 6000 lines are left out here',
    'grype: line 8000',
    'grype: line 9999',
  ])
})
