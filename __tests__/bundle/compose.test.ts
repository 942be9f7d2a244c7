import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { expectSuccess } from '../support/bundle/failures.ts'
import { startJobRegistry } from '../support/bundle/job-registry.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'

it('package and image are composed through the output "packages"', async () => {
  await using scene = await openScene({ files: { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml } })
  await using registry = await startJobRegistry()

  const packages = await scene.step('package')
  expectSuccess(packages)
  expect(Object.keys(packages.outputs).sort()).toEqual([
    'built',
    'images',
    'packages',
    'public-key',
    'record',
    'skipped',
  ])
  const ofApko = (await scene.calls()).filter(({ tool }) => tool === 'apko')
  expect(ofApko.map(({ args }) => args[0])).toEqual(['show-packages'])
  expect(await readFile(packages.outputs['public-key'] ?? '', 'utf8')).toContain('BEGIN PUBLIC KEY')
  expect(packages.summary).toContain('### Packages')

  const image = await scene.step('image', {
    ...registry.inputs,
    packages: packages.outputs['packages'] ?? '',
  })
  expectSuccess(image)
  const record = JSON.parse(await readFile(image.outputs['record'] ?? '', 'utf8')) as BuildRecord
  const installed = JSON.stringify(record.images[0]?.platforms[0]?.packages)
  expect([image.outputs['packages'], record.packages]).toEqual([undefined, undefined])
  expect(installed).toMatch(/senhas.*1\.0\.0-r0.*busybox.*1\.2\.3-r4/)
  expect(registry.tags).toEqual(['1.0.0'])
  const apko = (await scene.calls()).find(({ tool, args }) => tool === 'apko' && args[0] === 'lock')
  expect(apko?.args).toContain('giropops-keys/melange.rsa.pub')

  for (const post of await scene.job.finish()) expect(post).toMatchObject({ code: 0, raw: '' })
})

it('a folder that is no repository is refused before anything is built', async () => {
  await using scene = await openScene({ files: { 'apko.yaml': apkoYaml, 'packages/README': '' } })
  const result = await scene.step('image', { packages: 'packages', push: 'false' })
  expect(result.code).toBe(1)
  expect(result.annotations.map(({ message }) => message)).toMatchInlineSnapshot(`
    [
      "input "packages": the folder "packages" has not got an <architecture>/APKINDEX.tar.gz
    Give the output "packages" of a package step, or the folder that was uploaded from it.
    (CONFIG_MISSING)",
    ]
  `)
  expect(await scene.calls()).toEqual([])
})
