import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findArchitecture } from '../../src/domain/architecture.ts'
import { startFakeEngine } from '../support/bundle/fake-engine.ts'
import { expectFailure, expectSuccess } from '../support/bundle/failures.ts'
import { melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'

const files = { 'melange.yaml': melangeYaml }

describe('the sandbox', () => {
  it('is missing where there is neither bubblewrap nor docker: three ways out', async () => {
    await using scene = await openScene({ files, programs: {} })
    expect(await expectFailure(scene, await scene.step('package'))).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "SANDBOX_MISSING",
        "text": "no sandbox works here for the builds of melange:
        bubblewrap: bwrap is not installed
        docker: there is no socket <job>/no-engine.sock
      Run \`sudo apt-get install bubblewrap\` in a step before.
      Install and start docker, or name its socket in DOCKER_HOST.
      Three ways out:
      - bubblewrap: install it (\`sudo apt-get install bubblewrap\`) on a Linux runner where user namespaces are allowed
      - docker: run on a machine with a container engine, or name its socket in DOCKER_HOST
      - \`runner: qemu\`: virtual machines, where qemu-system and KVM are installed",
      }
    `)
    // The key is made while the sandbox is looked for; nothing else was begun.
    expect((await scene.calls()).map(({ args }) => args[0])).toEqual(['keygen'])
  })

  it('that was asked for is held to', async () => {
    await using scene = await openScene({ files })
    expect(await expectFailure(scene, await scene.step('package', { runner: 'docker' })))
      .toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "SANDBOX_MISSING",
        "text": "runner docker does not work here:
        docker: there is no socket <job>/no-engine.sock
      Install and start docker, or name its socket in DOCKER_HOST.
      Three ways out:
      - bubblewrap: install it (\`sudo apt-get install bubblewrap\`) on a Linux runner where user namespaces are allowed
      - docker: run on a machine with a container engine, or name its socket in DOCKER_HOST
      - \`runner: qemu\`: virtual machines, where qemu-system and KVM are installed",
      }
    `)
  })

  it('that may not open namespaces is told with its own words', async () => {
    const bwrap = `[ "$1" = --version ] && exit 0
echo 'bwrap: setting up uid map: Permission denied' >&2
exit 1`
    await using scene = await openScene({ files, programs: { bwrap } })
    const { code, text } = await expectFailure(scene, await scene.step('package', { runner: 'bubblewrap' }))
    expect(code).toBe('SANDBOX_MISSING')
    expect(text).toMatch(
      /^runner bubblewrap does not work here:\n {2}bubblewrap: .*bwrap: setting up uid map: Permission denied/,
    )
    expect(text).toContain('Three ways out:')
  })

  it('is docker where bubblewrap is not installed', async () => {
    await using scene = await openScene({ files, programs: {} })
    const socket = join(scene.job.root, 'engine.sock')
    await using engine = await startFakeEngine(socket)
    const result = await scene.step('package', {}, { env: { DOCKER_HOST: `unix://${socket}` } })
    expectSuccess(result)
    expect(result.log).toContain('; bwrap is not installed)')
    const build = (await scene.calls()).find(({ args }) => args[0] === 'build')
    expect(build?.args.join(' ')).toContain('--runner docker')
    expect(build?.env).toContain('DOCKER_HOST')
    expect(engine.requests).toContain('GET /_ping')
  })
})

const foreign = ['riscv64', 's390x', 'ppc64le'].find(name => {
  const handler = findArchitecture(name)?.binfmt ?? ''
  return name !== process.arch && !existsSync(join('/proc/sys/fs/binfmt_misc', handler))
})

describe('a foreign platform', () => {
  it('without an emulator is refused before anything is built', async context => {
    context.skip(foreign === undefined, 'this machine has emulators for all of them')
    await using scene = await openScene({ files })
    const failure = await expectFailure(scene, await scene.step('package', { platforms: foreign ?? '' }))
    expect(failure.text).toContain(`linux/${foreign}: no handler qemu-${foreign} in binfmt_misc`)
    expect({ ...failure, text: failure.text.split('\n').slice(-4).join('\n') }).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "EMULATION_MISSING",
        "text": "Three ways out:
      - emulation: \`uses: docker/setup-qemu-action@v3\` in a step before (or the packages qemu-user-static and binfmt-support)
      - native runners, one per platform in a matrix (for example ubuntu-24.04-arm)
      - fewer "platforms"",
      }
    `)
    // The key is made while the sandbox is looked for; nothing else was begun.
    expect((await scene.calls()).map(({ args }) => args[0])).toEqual(['keygen'])
  })
})
