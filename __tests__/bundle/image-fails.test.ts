import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { expectFailure, expectSuccess } from '../support/bundle/failures.ts'
import { startJobRegistry } from '../support/bundle/job-registry.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'

const apko0147 = { version: '0.14.7', helpOf: '0.14.7' }
const logOf = (name: string): Promise<string> =>
  readFile(new URL(`../fixtures/apko/logs/${name}.log`, import.meta.url), 'utf8')

describe('an image', () => {
  it('of a package that nobody has is told at the package', async () => {
    const file = 'contents:\n  packages:\n    - busybox\n    - nosuchpkg\n'
    await using scene = await openScene({
      files: { 'apko.yaml': file, 'printed.log': await logOf('1.2.31-nopkg') },
    })
    await using registry = await startJobRegistry()
    const env = { FAKE_APKO_LOG: `${scene.job.workspace}/printed.log` }
    const failure = await expectFailure(scene, await scene.step('image', registry.inputs, { env }))
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "apko.yaml:4:7",
        "code": "PACKAGE_UNRESOLVED",
        "text": "no repository has the package "nosuchpkg" (amd64, arm64)
      Check the name, or give the repository that has "nosuchpkg" in contents.repositories or repository-append.",
      }
    `)
    const seen = registry.journal.map(({ method, status }) => `${method} ${status}`)
    expect(seen).toEqual(['POST 401', 'GET 200', 'POST 202', 'DELETE 405'])
  })

  it('that finds the disk full says so', async () => {
    await using scene = await openScene({
      files: {
        'apko.yaml': 'contents:\n  packages: [busybox]\n',
        'printed.log': await logOf('1.2.31-full-out'),
      },
    })
    const env = { FAKE_APKO_LOG: `${scene.job.workspace}/printed.log` }
    const failure = await expectFailure(scene, await scene.step('image', { push: 'false' }, { env }))
    expect(failure.code).toBe('DISK_FULL')
    expect(failure.text).toMatch(/^the disk is full, seen while writing .*\nFree some space before this step/)
  })

  it('that asks for what its apko would silently ignore is refused before anything is built', async () => {
    const file = `${apkoYaml}layering:\n  strategy: origin\n  budget: 5\n`
    await using scene = await openScene({
      files: { 'melange.yaml': melangeYaml, 'apko.yaml': file },
      versions: { apko: apko0147 },
    })
    expect(await expectFailure(scene, await scene.step('.', { push: 'false' }))).toMatchInlineSnapshot(`
      {
        "at": "apko.yaml:9:1",
        "code": "TOOL_UNSUITED",
        "text": "apko.yaml asks for layering, which apko 0.14.7 does not know; apko has it from 0.26.0 on
      Raise apko-version to 0.26.0 or newer.",
      }
    `)
    expect(await scene.calls()).toEqual([])
  })
})

describe('apko 0.14.7', () => {
  it('gets indexes signed in the form that it reads', async () => {
    await using scene = await openScene({
      files: { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml },
      versions: { apko: apko0147 },
    })
    const result = await scene.step('.', { push: 'false' })
    expectSuccess(result)
    expect(result.log).toContain(
      'apko 0.14.7 reads the older form of index signatures only: signing the indexes again',
    )
    const { folder } = JSON.parse(await readFile(result.outputs['record'] ?? '', 'utf8')).packages as {
      folder: string
    }
    expect(folder).toBe('packages')
    const architectures = { x64: 'x86_64', arm64: 'aarch64' }
    const arch = architectures[process.arch as keyof typeof architectures]
    const index = gunzipSync(await readFile(`${result.outputs['packages']}/${arch}/APKINDEX.tar.gz`))
    expect(index.toString('latin1', 0, 25)).toBe('.SIGN.RSA.melange.rsa.pub')
  })
})
