import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { imageSays } from '../support/image-says.ts'
import { startRegistry } from '../support/registry/registry.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'

let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop?.[Symbol.asyncDispose]())

const apkoYaml = `contents:
  packages:
    - busybox
    - alpine-baselayout-data
cmd: /bin/sh
annotations:
  org.opencontainers.image.vendor: of the apko file
  org.opencontainers.image.title: of the apko file
`
const [first, second] = ['1', '2'].map(digit => digit.repeat(40)) as [string, string]
const payload = {
  repository: { full_name: 'octo/senhas', default_branch: 'main', license: { spdx_id: 'MIT' } },
}

async function openJob(): Promise<Job> {
  const job = await startJob({ DOCKER_HOST: workshop.dockerHost, GITHUB_EVENT_PATH: '' })
  await writeFile(join(job.workspace, 'apko.yaml'), apkoYaml)
  await writeFile(join(job.root, 'event.json'), JSON.stringify(payload))
  return job
}

type Texts = Readonly<Record<string, string>>

async function image(
  job: Job,
  apko: string,
  { inputs = {}, env = {} }: { inputs?: Texts; env?: Texts } = {},
) {
  const all = workshop.inputs(apko, '0.56.5')
  const { 'build-repository-append': distribution = '' } = all
  const tool = Object.entries(all).filter(([name]) =>
    /^apko-(version|sha256)$|^tools-mirror$|^keyring/.test(name),
  )
  const result = await job.step('image', {
    inputs: {
      ...Object.fromEntries(tool),
      'repository-append': distribution,
      platforms: 'amd64, arm64',
      push: 'false',
      sign: 'false',
      'source-date-epoch': '1735689600',
      image: 'ghcr.io/octo/senhas',
      labels: 'org.opencontainers.image.vendor=of the label\nbranch={{branch}}',
      annotations: 'org.opencontainers.image.vendor=of the annotation',
      scan: 'false',
      ...inputs,
    },
    env: { GITHUB_SHA: first, GITHUB_EVENT_PATH: join(job.root, 'event.json'), ...env },
  })
  if (result.code !== 0) throw new Error(result.log)
  return result
}

const recordOf = async (result: StepResult): Promise<BuildRecord> =>
  JSON.parse(await readFile(result.outputs['record'] ?? '', 'utf8')) as BuildRecord

describe.each(['1.2.31', '0.14.7'])('what an image of apko %s says', apko => {
  const known = {
    'org.opencontainers.image.created': '2025-01-01T00:00:00Z',
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.revision': first,
    'org.opencontainers.image.source': 'https://github.com/octo/senhas',
    'org.opencontainers.image.title': 'of the apko file',
    'org.opencontainers.image.url': 'https://github.com/octo/senhas',
    'org.opencontainers.image.version': 'main',
  }

  it('stands in each configuration, on each manifest and on the index; the SBOMs are of this image', async () => {
    await using job = await openJob()
    const result = await image(job, apko)
    const { index, platforms } = await imageSays(result.outputs['record'] ?? '')
    const annotations = { ...known, 'org.opencontainers.image.vendor': 'of the annotation' }
    const labels = { ...known, 'org.opencontainers.image.vendor': 'of the label', branch: 'main' }
    expect(index).toEqual(annotations)
    expect(platforms.map(each => each.annotations)).toEqual([annotations, annotations])
    expect(platforms.map(each => each.labels)).toEqual([labels, labels])
    const [built] = (await recordOf(result)).images
    const folder = join(result.outputs['record'] ?? '', '..')
    for (const { sbom, digest } of built?.platforms ?? []) {
      expect(await readFile(join(folder, sbom), 'utf8')).toContain(digest)
    }
    const ofIndex = built?.sboms.find(file => file.endsWith('sbom-index.spdx.json')) ?? ''
    expect(await readFile(join(folder, ofIndex), 'utf8')).toContain(built?.digest)
  })

  it('is another digest for another commit, with the same layers; the same for the same, twice', async () => {
    await using job = await openJob()
    const one = await image(job, apko, { inputs: { reproduce: 'true' } })
    const other = await image(job, apko, { env: { GITHUB_SHA: second } })
    expect(other.outputs['digest']).not.toBe(one.outputs['digest'])
    const layers = await Promise.all(
      [one, other].map(async ({ outputs }) =>
        (await imageSays(outputs['record'] ?? '')).platforms.map(each => each.layers),
      ),
    )
    expect(layers[1]).toEqual(layers[0])
    const inputs = {
      labels: 'org.opencontainers.image.revision=',
      annotations: 'org.opencontainers.image.revision=',
    }
    const without = [
      await image(job, apko, { inputs }),
      await image(job, apko, { inputs, env: { GITHUB_SHA: second } }),
    ]
    expect(without[1]?.outputs['digest']).toBe(without[0]?.outputs['digest'])
  })
})

describe('in a registry', () => {
  it('what says the same is not pushed again, whatever the clock says in its tags', async () => {
    await using job = await openJob()
    const registry = await startRegistry({ auth: 'none' })
    try {
      const inputs = {
        push: 'true',
        image: `${registry.host}/octo/a`,
        tags: "type=ref,event=branch\ntype=raw,value={{sha 5}}-{{commit_date 'YYYYMMDDHHmmss'}}",
      }
      const one = await image(job, '1.2.31', { inputs })
      const again = await image(job, '1.2.31', { inputs: { ...inputs, tags: 'type=ref,event=branch' } })
      expect(again.outputs['built']).toBe('[]')
      expect(JSON.parse(again.outputs['skipped'] ?? '')).toMatchObject([{ digest: one.outputs['digest'] }])
      const timed = await image(job, '1.2.31', {
        inputs: { ...inputs, tags: "main\n{{sha 5}}-{{date 'YYYYMMDDHHmmssSSS'}}" },
      })
      expect(timed.outputs['digest']).toBe(one.outputs['digest'])
      const tags = [...registry.tagsOf('octo/a')].filter(([, digest]) => digest === one.outputs['digest'])
      expect(tags.map(([tag]) => tag)).toEqual([
        'main',
        expect.stringMatching(/^11111-\d{14}$/),
        expect.stringMatching(/^11111-\d{17}$/),
      ])
    } finally {
      await registry.close()
    }
  })
})
