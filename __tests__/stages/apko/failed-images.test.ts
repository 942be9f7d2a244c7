import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildImages } from '../../../src/apko/build-images.ts'
import { fakePorts, type Answer } from '../../support/fake-ports.ts'
import { apkoStandIn, valueOf, withoutLock } from './apko-stand-in.ts'
import { valuesOf } from './built-images.ts'
import { imagesRequest, type RequestPlan } from './images-request.ts'

async function failure(plan: RequestPlan, apko: Answer) {
  const request = await imagesRequest(plan)
  const ports = fakePorts({ processes: { apko: withoutLock(apko) } })
  const error = await buildImages(request, ports)
    .then(valuesOf)
    .catch((thrown: unknown) => thrown)
  return { error, request, ports }
}

describe('a failed build', () => {
  const unresolved =
    'Error: locking config: resolving apk packages: for arch "amd64": solving "hello" constraint: nothing provides "hello"\n2026/11/24 07:53:03 INFO error during command execution: the same\n'

  it('is explained, and leaves the older result and nothing else', async () => {
    const { error, request, ports } = await failure({ archs: ['x86_64', 'riscv64'] }, async ({ args }) => {
      await writeFile(join(args[3] ?? '', 'half'), '')
      return { code: 1, stderr: unresolved }
    })
    expect(error).toMatchObject({
      code: 'PACKAGE_UNRESOLVED',
      message:
        'no repository has the package "hello" (amd64): the repository ./packages (apko.yaml:2) has no index for riscv64',
      at: { file: 'apko.yaml', line: 3 },
    })
    expect(await readdir(request.output)).toEqual([])
    expect(await readdir(request.scratch)).toEqual([])
    expect(ports.lines.filter(each => each.includes('error during'))).toEqual([])
  })

  it.each([
    [
      'builds less than was asked',
      { builds: ['x86_64'] },
      'IMAGE_FAILED',
      'apko built no image for linux/arm64; there is linux/amd64',
    ],
    ['writes no SBOM', { withSboms: false }, 'IMAGE_FAILED', 'apko wrote no SBOM for linux/amd64'],
  ])('%s', async (_, plan, code, message) => {
    const { error, request } = await failure({}, apkoStandIn(plan))
    expect(error).toMatchObject({ code, message })
    expect(await readdir(request.output)).toEqual([])
  })

  it('writes an SBOM of the index that is none', async () => {
    const { error, request } = await failure({}, async command => {
      const answer = await apkoStandIn()(command)
      await writeFile(join(valueOf(command.args, '--sbom-path'), 'sbom-index.spdx.json'), '{}')
      return answer
    })
    expect(error).toMatchObject({
      code: 'IMAGE_FAILED',
      message: "sbom-index.spdx.json: apko's SBOM is not an SPDX 2.3 document",
    })
    expect(await readdir(request.output)).toEqual([])
  })

  it('writes nothing at all, and says it was well', async () => {
    const { error } = await failure({}, {})
    expect(error).toMatchObject({ code: 'LAYOUT_INVALID' })
  })

  it.each(['x86_64', 'index'])('meets a full disk (%s)', async name => {
    const { error, request } = await failure({}, async command => {
      const folder = join(command.args[3] ?? '', '../sbom')
      await symlink('/dev/full', join(folder, `sbom-${name}.spdx.json`))
      return apkoStandIn()(command)
    })
    expect(error).toMatchObject({ code: 'DISK_FULL', message: expect.stringContaining('ENOSPC') })
    expect(await readdir(request.output)).toEqual([])
  })

  it.each([
    ['manifest', '"schemaVersion":2', '"schemaVersion":3'],
    ['configuration', '"os":"linux"', '"os":"minix"'],
  ])('has a %s that is not what its digest says', async (_, before, after) => {
    const { error } = await failure({ archs: ['x86_64'] }, async command => {
      const answer = await apkoStandIn()(command)
      const blobs = join(command.args[3] ?? '', 'blobs/sha256')
      for (const name of await readdir(blobs)) {
        const text = await readFile(join(blobs, name), 'latin1')
        await writeFile(join(blobs, name), text.replace(before, after), 'latin1')
      }
      return answer
    })
    expect(error).toMatchObject({ code: 'LAYOUT_INVALID', message: expect.stringContaining('sha256') })
  })
})

describe('options that cannot be', () => {
  it.each([
    [
      'keyring',
      { keyring: ['no.rsa.pub', 'https://apk.example/k.rsa.pub'] },
      'CONFIG_MISSING',
      'keyring-append: there is no file no.rsa.pub',
    ],
  ])('%s', async (_, options, code, message) => {
    const { error, ports } = await failure({ options }, apkoStandIn())
    expect(error).toMatchObject({ code, message })
    expect(ports.commands).toEqual([])
  })
})
