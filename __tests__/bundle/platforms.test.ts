import { describe, expect, it } from 'vitest'
import { expectSuccess } from '../support/bundle/failures.ts'
import { startJobRegistry } from '../support/bundle/job-registry.ts'
import { shownLog } from '../support/bundle/plain-text.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'

describe('several platforms', () => {
  // A kernel for amd64 runs programs for 386 too, so no emulator is needed.
  it.skipIf(process.arch !== 'x64')('are packages side by side and one image', async () => {
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml } })
    await using registry = await startJobRegistry()
    const result = await scene.step('.', { ...registry.inputs, platforms: 'linux/amd64, linux/386' })
    expectSuccess(result)

    const calls = await scene.calls()
    const called = (name: string): readonly string[] =>
      calls.filter(({ args }) => args[0] === name).map(({ args }) => args.join(' '))
    // Each is indexed as soon as it is built, whichever that is first.
    expect(
      called('index')
        .map(line => line.split('/').at(-2) ?? '')
        .toSorted(),
    ).toEqual(['x86', 'x86_64'])
    expect(called('build').filter(line => line.includes('--source-dir'))).toHaveLength(2)
    expect(new Set(called('build').map(line => /--source-dir (\S+)/.exec(line)?.[1])).size).toBe(3)

    const groups = shownLog(result.log)
      .split('\n')
      .filter(line => /^::(end)?group::/.test(line))
    expect(groups.map(line => line.replace(/^::group::/, ''))).toEqual(
      [
        'tools',
        'melange senhas 1.0.0-r0 x86_64',
        'melange senhas 1.0.0-r0 x86',
        'apko lock apko',
        'apko apko',
        'push',
        'tags',
      ].flatMap(title => [title, '::endgroup::']),
    )
    const index = JSON.parse(String(registry.manifestOf('octo/senhas', '1.0.0')?.bytes)) as {
      manifests: { platform: { architecture: string }; digest: string }[]
    }
    expect(index.manifests.map(({ platform, digest }) => [platform.architecture, digest])).toEqual([
      ['amd64', result.outputs['digest-amd64']],
      ['386', result.outputs['digest-386']],
    ])
  })

  it('may be foreign ones for an image that runs nothing', async () => {
    await using scene = await openScene({ files: { 'apko.yaml': 'contents:\n  packages: [busybox]\n' } })
    const result = await scene.step('image', { platforms: 'arm64,riscv64,s390x', push: 'false' })
    expectSuccess(result)
    const names = Object.keys(result.outputs).filter(name => name.startsWith('digest-'))
    expect(names.sort()).toEqual(['digest-arm64', 'digest-riscv64', 'digest-s390x'])
  })
})
