import { mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { openBuildWatch, type BuildWatch } from '../../../src/melange/build-watch.ts'
import { sweep } from '../../../src/melange/sweep.ts'
import type { HttpRequest } from '../../../src/ports.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { answer } from '../../support/http-answer.ts'
import { logLines, temporaryFolder } from '../../support/melange-fixtures.ts'

async function leftovers(): Promise<string> {
  const temp = join(temporaryFolder(), 'temp')
  await mkdir(join(temp, 'melange-workspace-1'), { recursive: true })
  await writeFile(join(temp, 'melange-workspace-1', 'a'), '')
  return temp
}

function watchOf(lines: readonly string[]): BuildWatch {
  const watch = openBuildWatch()
  for (const line of lines) watch.take(line)
  return watch
}

/** An engine with these containers and images. */
function engineWith(found: { containers?: unknown; images?: unknown }) {
  return async (request: HttpRequest) => {
    if (request.url.includes('/containers/json'))
      return answer(request, 200, { body: JSON.stringify(found.containers ?? []) })
    if (request.url.includes('/images/json'))
      return answer(request, 200, { body: JSON.stringify(found.images ?? []) })
    return answer(request, 200)
  }
}

const dockerHost = 'unix:///s'

function deletedBy(requests: readonly HttpRequest[]): readonly string[] {
  return requests
    .filter(({ method }) => method === 'DELETE')
    .map(({ url }) => url.replace('http://localhost', ''))
}

it('removes the folder, and asks no engine where none was used', async () => {
  const temp = await leftovers()
  const ports = fakePorts()
  await sweep({ temp, dockerHost: undefined, watch: openBuildWatch(), pid: 1 }, ports)
  await expect(stat(temp)).rejects.toMatchObject({ code: 'ENOENT' })
  expect([ports.requests, ports.lines]).toEqual([[], []])
})

it('removes the image that the log of a good build names', async () => {
  const temp = await leftovers()
  const lines = logLines('hello-docker')
  const tag = /melange:\d+-[0-9a-f]+/.exec(lines.join('\n'))?.[0]
  const ports = fakePorts({ http: engineWith({}) })
  await sweep({ temp, dockerHost, watch: watchOf(lines), pid: 1 }, ports)
  expect(deletedBy(ports.requests)).toEqual([`/images/${tag}`])
})

it('removes what melange itself would have removed when it was killed', async () => {
  const temp = await leftovers()
  const lines = logLines('hello-docker').filter(line => !line.includes('deleting image'))
  const ports = fakePorts({
    http: engineWith({
      containers: [
        { Id: 'ours', Mounts: [{ Source: join(temp, 'melange-workspace-1') }] },
        { Id: 'of-another-run', Mounts: [{ Source: '/tmp/melange-workspace-2' }] },
        { Id: 'of-a-neighbour', Mounts: [{ Source: `${temp}2/melange-workspace-3` }] },
      ],
    }),
  })
  await sweep({ temp, dockerHost, watch: watchOf(lines), pid: undefined }, ports)
  expect(deletedBy(ports.requests)).toEqual([
    '/containers/ours?force=1&v=1',
    expect.stringMatching(/^\/images\/melange:\d+-[0-9a-f]{16}$/),
    expect.stringMatching(/^\/images\/apko\.local\/cache:[0-9a-f]{64}$/),
  ])
})

it('finds its images by the process id where the log names none', async () => {
  const images = [
    { RepoTags: ['melange:42-aa', 'other:1'] },
    { RepoTags: null },
    { RepoTags: ['melange:421-bb'] },
  ]
  const ports = fakePorts({ http: engineWith({ images }) })
  await sweep({ temp: await leftovers(), dockerHost, watch: openBuildWatch(), pid: 42 }, ports)
  expect(deletedBy(ports.requests)).toEqual(['/images/melange:42-aa'])
})

it('is no failure when the engine does not answer', async () => {
  const ports = fakePorts({ http: () => Promise.reject(new Failure('NETWORK_FAILED', 'connection refused')) })
  await sweep({ temp: await leftovers(), dockerHost, watch: openBuildWatch(), pid: 42 }, ports)
  expect(ports.lines).toEqual(['could not sweep what a build left: connection refused'])
})

it('begins again when a cancel cut it off', async () => {
  const temp = await leftovers()
  const engine = engineWith({})
  let asked = 0
  const ports = fakePorts({
    http: async request => {
      asked += 1
      if (asked === 1) throw new Failure('CANCELLED', 'the run has ended')
      return engine(request)
    },
  })
  await sweep({ temp, dockerHost, watch: watchOf(logLines('hello-docker')), pid: 1 }, ports)
  expect(deletedBy(ports.requests)).toHaveLength(1)
  expect(ports.lines).toEqual([])
})
