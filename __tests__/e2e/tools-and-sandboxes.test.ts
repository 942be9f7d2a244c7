import { readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askHealth } from '../../scripts/kit/ask-health.ts'
import { run } from '../../scripts/kit/kit-run.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { startJob, type Job } from '../support/runner/job.ts'

let workshop: Workshop
let job: Job

beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop?.[Symbol.asyncDispose]())

async function checkedOut(): Promise<Job> {
  job = await startJob({ DOCKER_HOST: workshop.dockerHost })
  await workshop.checkOut(job.workspace)
  return job
}
const docker = async (...args: string[]): Promise<string> =>
  (await run('docker', args, { env: { DOCKER_HOST: workshop.dockerHost } })).toString().trim()

describe('other pairs and sandboxes', () => {
  it("drives the tutorial's apko 0.14.7 with today's melange: indexes are signed again, the image runs", async () => {
    await using job = await checkedOut()
    const { 'build-repository-append': repository = '', ...inputs } = workshop.inputs('0.14.7', '0.56.5')
    const step = await job.step('.', {
      inputs: {
        ...inputs,
        'repository-append': repository,
        platforms: 'amd64',
        image: 'giropos-melange-apko',
        tags: '1.0.0',
        push: 'false',
        load: 'true',
      },
    })
    expect(step.log).toContain('apko 0.14.7 reads the older form of index signatures only')
    expect([step.code, step.log]).toEqual([0, expect.any(String)])
    const names = await docker('images', '--format', '{{.Repository}}:{{.Tag}}')
    expect(names.split('\n')).toEqual(
      expect.arrayContaining(['giropos-melange-apko:1.0.0', 'giropos-melange-apko:1.0.0-amd64']),
    )
    const health = await askHealth({
      image: 'giropos-melange-apko:1.0.0-amd64',
      platform: 'linux/amd64',
      docker: { DOCKER_HOST: workshop.dockerHost },
      local: true,
    })
    expect(health).toBe('x86_64 {"status":"healthy"}')
  })

  it('refuses what the old apko would silently ignore, before anything is built', async () => {
    await using job = await checkedOut()
    await writeFile(
      join(job.workspace, 'apko.local.yaml'),
      'contents:\n  repositories: [packages]\n  packages: [senhas]\nlayering:\n  strategy: origin\n  budget: 6\n',
    )
    const step = await job.step('.', { inputs: { ...workshop.inputs('0.14.7', '0.56.5'), push: 'false' } })
    expect(step.code).toBe(1)
    const errors = step.annotations.filter(({ command }) => command === 'error')
    expect(errors.map(({ message }) => message).join('\n')).toMatch(/layering[^]*0\.14\.7/)
    expect(
      errors.some(({ properties }) => properties['file'] === 'apko.local.yaml' && properties['line'] === '4'),
    ).toBe(true)
    expect(step.log).not.toContain('melange senhas')
  })

  it("builds in docker with melange 0.58.0, and leaves none of melange's images", async () => {
    await using job = await checkedOut()
    const step = await job.step('package', {
      inputs: {
        ...pick(workshop.inputs('1.2.31', '0.58.0'), /^(melange|tools|env|build|keyring)/),
        platforms: 'amd64',
        runner: 'docker',
      },
    })
    expect([step.code, step.log]).toEqual([0, expect.stringContaining('sandbox: docker')])
    const index = join(step.outputs['packages'] ?? '', 'x86_64')
    expect(await readdir(index)).toEqual(expect.arrayContaining(['APKINDEX.tar.gz', 'senhas-1.0.0-r0.apk']))
    expect(await docker('images', '--format', '{{.Repository}}', 'melange')).toBe('')
    expect(await docker('ps', '--all', '--quiet')).toBe('')
  })
})

describe('what fails', () => {
  it('shows the failing step on its line', async () => {
    await using job = await checkedOut()
    await writeFile(
      join(job.workspace, 'bad.yaml'),
      [
        'package:',
        '  name: bad',
        '  version: 1.0.0',
        '  epoch: 0',
        'environment:',
        '  contents:',
        '    packages: [busybox, alpine-baselayout-data]',
        'pipeline:',
        '  - runs: echo fine',
        '  - name: breaks',
        '    runs: echo no such luck >&2; exit 3',
        '',
      ].join('\n'),
    )
    const inputs = pick(workshop.inputs('1.2.31', '0.56.5'), /^(melange|tools|build|keyring)/)
    const step = await job.step('package', {
      inputs: { ...inputs, 'melange-config': 'bad.yaml', platforms: 'amd64' },
    })
    const error = step.annotations.find(({ command }) => command === 'error')
    expect(step.code).toBe(1)
    expect(error?.message).toMatch(/no such luck[^]*PACKAGE_FAILED/)
    expect(error?.properties).toMatchObject({ file: 'bad.yaml' })
    expect(['10', '11']).toContain(error?.properties['line'])
  })

  it('names a package that does not resolve, on its line', async () => {
    await using job = await checkedOut()
    await writeFile(
      join(job.workspace, 'apko.yaml'),
      'contents:\n  repositories: []\n  packages:\n    - busybox\n    - nosuchpkg\n',
    )
    const inputs = pick(workshop.inputs('1.2.31', '0.56.5'), /^(apko-v|apko-s|tools|build|keyring|scan)/)
    const { 'build-repository-append': repository = '', ...rest } = inputs
    const step = await job.step('image', {
      inputs: {
        ...rest,
        'apko-config': 'apko.yaml',
        'repository-append': repository,
        platforms: 'amd64',
        push: 'false',
      },
    })
    const error = step.annotations.find(({ command }) => command === 'error')
    expect(step.code).toBe(1)
    expect(error?.message).toMatch(/nosuchpkg[^]*PACKAGE_UNRESOLVED/)
    expect(error?.properties).toMatchObject({ file: 'apko.yaml', line: '5' })
  })

  it('stops on a signal, and leaves nothing behind', async () => {
    await using job = await checkedOut()
    await writeFile(
      join(job.workspace, 'slow.yaml'),
      'package: {name: slow, version: 1.0.0, epoch: 0}\nenvironment: {contents: {packages: [busybox, alpine-baselayout-data]}}\npipeline:\n  - runs: echo started; sleep 300\n',
    )
    const before = new Set(await readdir(tmpdir()))
    const inputs = pick(workshop.inputs('1.2.31', '0.56.5'), /^(melange|tools|build|keyring)/)
    const step = await job.step('package', {
      inputs: { ...inputs, 'melange-config': 'slow.yaml', platforms: 'amd64' },
      onStart: child => {
        child.stdout?.on('data', (chunk: Buffer) => {
          if (/^\s*started$/m.test(chunk.toString())) child.kill('SIGINT')
        })
      },
    })
    expect(step.code).toBe(1)
    expect(step.log).toMatch(/SIGINT: stopping[^]*CANCELLED/)
    await job.finish()
    const left = (await readdir(job.temp)).filter(name => !name.endsWith('-output'))
    expect(left).toEqual(['giropops-cache'])
    const fresh = (await readdir(tmpdir())).filter(name => !before.has(name))
    expect(fresh.filter(name => /^(melange|bubblewrap|apko)-/.test(name))).toEqual([])
  })
})

function pick(inputs: Record<string, string>, names: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => names.test(name)))
}
