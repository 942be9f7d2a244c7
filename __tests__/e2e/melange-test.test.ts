import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { failuresOf } from '../support/bundle/failures.ts'
import { openWorkshop, type Workshop } from '../support/e2e/workshop.ts'
import { startJob, type Job, type StepResult } from '../support/runner/job.ts'

let workshop: Workshop

beforeAll(async () => {
  workshop = await openWorkshop()
})
afterAll(() => workshop?.[Symbol.asyncDispose]())

const environment = `  environment:
    contents:
      packages:
        - busybox
        - alpine-baselayout-data
`
const head = `package:
  name: hello
  version: 1.0.0
  epoch: 0
${environment.replaceAll(/^ {2}/gm, '')}`
const pipeline = `pipeline:
  - runs: mkdir -p "\${{targets.destdir}}/usr/share/hello" && cp text "\${{targets.destdir}}/usr/share/hello/"
subpackages:
  - name: hello-more
    pipeline:
      - runs: mkdir -p "\${{targets.subpkgdir}}/usr/share/more" && echo more > "\${{targets.subpkgdir}}/usr/share/more/text"
`
const test = `test:
${environment}  pipeline:
    - runs: test -s /usr/share/hello/text
    - name: compare
      runs: cmp text /usr/share/hello/text
`

async function pack(job: Job, recipe: string, inputs: Record<string, string> = {}): Promise<StepResult> {
  await writeFile(join(job.workspace, 'hello.yaml'), recipe)
  await writeFile(join(job.workspace, 'text'), 'hello\n')
  const own = Object.entries(workshop.inputs('1.2.31', '0.56.5')).filter(([name]) =>
    /^(melange-v|melange-s|tools|build|keyring)/.test(name),
  )
  return job.step('package', {
    inputs: {
      ...Object.fromEntries(own),
      'melange-config': 'hello.yaml',
      platforms: 'amd64',
      output: 'out',
      'melange-test': 'true',
      ...inputs,
    },
  })
}

it.each(['bubblewrap', 'docker'])(
  'runs the tests of a package in %s, with its sources at hand',
  async runner => {
    await using job = await startJob({ DOCKER_HOST: workshop.dockerHost })
    const step = await pack(job, head + pipeline + test, { runner })
    expect([step.code, step.code === 0 ? '' : step.log]).toEqual([0, ''])
    expect(step.log).toContain('::group::melange lint')
    expect(step.log).toMatch(/::group::melange test hello 1\.0\.0-r0 x86_64[^]*running step "compare"/)
    expect(step.annotations).toEqual([])
    expect((await readdir(job.temp)).filter(name => name.includes('melange-test'))).toEqual([])
  },
)

it('fails on the line of the step of the subpackage that fails', async () => {
  await using job = await startJob({ DOCKER_HOST: workshop.dockerHost })
  const failing = `    test:
${environment.replaceAll(/^/gm, '    ').trimEnd()}
      pipeline:
        - runs: test -s /usr/share/more/text
        - name: look for nothing
          runs: |
            echo looking >&2
            grep nothing /usr/share/more/text
`
  const step = await pack(job, head + pipeline + failing + test)
  const line = (head + pipeline + failing).split('\n').findIndex(each => each.includes('name: look for')) + 1
  expect(failuresOf(step)).toEqual([
    {
      code: 'PACKAGE_FAILED',
      at: `hello.yaml:${line}:11`,
      text: 'the tests of hello 1.0.0-r0 x86_64 failed: step "look for nothing" of subpackage hello-more failed (exit status 1)\n  looking',
    },
  ])
})

it('tells of a package without tests, and of a linter that melange-args would have silenced', async () => {
  await using job = await startJob({ DOCKER_HOST: workshop.dockerHost })
  const untidy = pipeline.replaceAll('usr/share/more', 'tmp/more')
  const step = await pack(job, head + untidy, { 'melange-args': '--lint-require=dev\n--lint-warn=tempdir' })
  expect(step.annotations.find(({ command }) => command === 'notice')).toMatchObject({
    message: 'no test: in hello.yaml for hello, hello-more',
    properties: { file: 'hello.yaml', line: '1' },
  })
  expect(failuresOf(step)).toMatchObject([
    {
      code: 'PACKAGE_FAILED',
      at: 'hello.yaml:1:1',
      text: expect.stringMatching(
        /^lint of the built packages: linter "tempdir" failed: hello-more/,
      ) as string,
    },
  ])
})
