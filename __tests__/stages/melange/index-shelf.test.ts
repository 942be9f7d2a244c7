import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Transient } from '../../../src/domain/transient.ts'
import { openIndexShelf } from '../../../src/melange/index-shelf.ts'
import type { HttpRequest, HttpResponse } from '../../../src/ports.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'
import { temporaryFolder } from '../../support/melange-fixtures.ts'

const busy = async (request: HttpRequest): Promise<HttpResponse> => answer(request, 503)
const missing = async (request: HttpRequest): Promise<HttpResponse> => answer(request, 404)
const unreachable = (): Promise<HttpResponse> =>
  Promise.reject(new Transient(new Failure('NETWORK_FAILED', 'cannot reach example.org: connection refused')))

it.each([
  ['busy', busy, 2],
  ['missing', missing, 0],
  ['unreachable', unreachable, 2],
])('shows no login of a repository that is %s', async (_, http, retries) => {
  const ports = fakePorts({ http })
  const debug = (line: string): void => void ports.lines.push(`debug: ${line}`)
  const shelf = openIndexShelf(temporaryFolder(), { ...ports, log: { ...ports.log, debug } })
  expect(await shelf.find('https://user:s3c@ret@example.org/repo', 'x86_64')).toBeUndefined()
  expect(ports.requests[0]?.url).toBe('https://user:s3c@ret@example.org/repo/x86_64/APKINDEX.tar.gz')
  expect(ports.lines).toHaveLength(retries + 1)
  const told = 'https://***@example.org/repo/x86_64/APKINDEX.tar.gz'
  for (const line of ports.lines) {
    expect(line).toContain(told)
    expect(line).not.toMatch(/user|s3c|ret@/)
  }
})
