import { expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import { bytesSource } from '../../../src/oci/blob-source.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import { openRepository } from '../../../src/oci/registry-client.ts'
import { networkPorts } from '../../support/network-ports.ts'
import type { Fault } from '../../support/registry/faults.ts'
import { startRegistry, type JournalEntry } from '../../support/registry/registry.ts'

const content = Buffer.from('0123456789abcdefghijklmnopqrstuv')

/** Uploads in chunks of 8 bytes unless told; answers the requests that were made. */
async function upload(
  faults: readonly Fault[],
  { bytes = content, chunkSize = 8 }: { bytes?: Buffer; chunkSize?: number | undefined } = {},
): Promise<{ readonly journal: readonly JournalEntry[]; readonly waits: readonly number[] }> {
  const registry = await startRegistry()
  await using ports = networkPorts()
  registry.breakWith(...faults)
  const repository = openRepository(
    { repository: parseRepository(`${registry.host}/octo/demo`), credentials: { kind: 'none' } },
    ports,
  )
  const blob = { mediaType: 'text/plain', digest: digestOf(bytes), size: bytes.length }
  const options = chunkSize === 0 ? {} : { chunkSize }
  try {
    expect(await repository.putBlob(bytesSource(bytes, blob), options)).toBe('uploaded')
    expect(registry.hasBlob('octo/demo', blob.digest)).toBe(true)
    expect(registry.faults.unused).toBe(0)
    return { journal: registry.journal, waits: ports.waits }
  } finally {
    await registry.close()
  }
}

const short = (journal: readonly JournalEntry[]): readonly string[] =>
  journal.map(({ method, bytes, status }) => `${method} ${bytes ?? 0} ${status}`)

it('goes part by part', async () => {
  const { journal } = await upload([])
  expect(short(journal)).toEqual([
    'POST 0 202',
    'PATCH 8 202',
    'PATCH 8 202',
    'PATCH 8 202',
    'PATCH 8 202',
    'PUT 0 201',
  ])
})

it('goes on where the registry stands after a reset', async () => {
  const { journal, waits } = await upload([
    { match: /^PATCH/, after: 1, action: { kind: 'reset-request', after: 3 } },
  ])
  expect(short(journal)).toEqual([
    'POST 0 202',
    'PATCH 8 202',
    'PATCH 8 reset',
    'HEAD 0 404',
    'GET 0 204',
    'PATCH 8 202',
    'PATCH 8 202',
    'PATCH 5 202',
    'PUT 0 201',
  ])
  expect(waits.length).toBe(1)
})

it.each([
  ['an answer that got lost', 2, { kind: 'lose-answer' }, ['PATCH 8 reset', 'HEAD 0 404', 'GET 0 204']],
  ['416', 3, { kind: 'answer', status: 416 }, ['PATCH 8 416', 'HEAD 0 404', 'GET 0 204', 'PATCH 8 202']],
  ['503', 3, { kind: 'answer', status: 503 }, ['PATCH 8 503', 'HEAD 0 404', 'GET 0 204', 'PATCH 8 202']],
] as const)('goes on where the registry stands after %s', async (_, part, action, then) => {
  const { journal } = await upload([{ match: /^PATCH/, after: part - 1, action }])
  const before = Array.from({ length: part - 1 }, () => 'PATCH 8 202')
  const after = Array.from({ length: 4 - part }, () => 'PATCH 8 202')
  expect(short(journal)).toEqual(['POST 0 202', ...before, ...then, ...after, 'PUT 0 201'])
})

it.each([
  ['forgot it', { kind: 'answer', status: 404 }],
  ['cannot tell', { kind: 'answer', status: 405 }],
  ['tells nonsense', { kind: 'answer', status: 204, headers: { range: '0-99999' } }],
] as const)('begins again when the registry %s', async (_, action) => {
  const { journal } = await upload([
    { match: /^PATCH/, after: 2, action: { kind: 'answer', status: 503 } },
    { match: /^GET .*uploads/, action },
  ])
  expect(short(journal).slice(3)).toEqual([
    'PATCH 8 503',
    'HEAD 0 404',
    `GET 0 ${action.status}`,
    'POST 0 202',
    'PATCH 8 202',
    'PATCH 8 202',
    'PATCH 8 202',
    'PATCH 8 202',
    'PUT 0 201',
  ])
})

it('is over when only the last answer got lost', async () => {
  const { journal } = await upload([{ match: /^PUT/, action: { kind: 'lose-answer' } }])
  expect(short(journal).slice(-2)).toEqual(['PUT 0 reset', 'HEAD 0 200'])
})

it('takes the place of an upload in one request that broke twice', async () => {
  const bytes = Buffer.alloc(9 * 1024 * 1024, 'x')
  const broken = { match: /^PUT/, times: 2, action: { kind: 'reset-request', after: 100_000 } } as const
  const { journal } = await upload([broken], { bytes, chunkSize: 0 })
  expect(short(journal).slice(-4)).toEqual([
    'POST 0 202',
    `PATCH ${8 * 1024 * 1024} 202`,
    `PATCH ${1024 * 1024} 202`,
    'PUT 0 201',
  ])
})
