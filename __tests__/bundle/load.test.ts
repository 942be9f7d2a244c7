import { describe, expect, it } from 'vitest'
import { expectFailure, type SeenFailure, expectSuccess } from '../support/bundle/failures.ts'
import { startJobRegistry } from '../support/bundle/job-registry.ts'
import { openScene } from '../support/bundle/scene.ts'

const files = { 'apko.yaml': 'contents:\n  packages: [busybox]\n' }

/** What is told when loading fails; the registry saw nothing by then. */
async function refused(programs: Readonly<Record<string, string>>): Promise<SeenFailure> {
  await using scene = await openScene({ files, programs })
  await using registry = await startJobRegistry()
  const failure = await expectFailure(scene, await scene.step('image', { ...registry.inputs, load: 'true' }))
  expect(registry.journal).toEqual([])
  return failure
}

describe('load', () => {
  it('needs docker or podman', async () => {
    expect(await refused({})).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "ENGINE_MISSING",
        "text": "there is neither docker nor podman to load the image into
      Install one of them, or set the input "load" to false: with "output", a tar for docker load is left in that folder.",
      }
    `)
  })

  it('needs an engine that answers', async () => {
    const docker = `echo 'Cannot connect to the Docker daemon at '"$DOCKER_HOST"'. Is the docker daemon running?' >&2
exit 1`
    expect(await refused({ docker })).toMatchInlineSnapshot(`
      {
        "at": "",
        "code": "ENGINE_MISSING",
        "text": "docker's daemon does not answer: Cannot connect to the Docker daemon at unix://<job>/no-engine.sock. Is the docker daemon running?
      Start it, check DOCKER_HOST and your rights on its socket, or set the input "load" to false.",
      }
    `)
  })

  it('gives the plain name and the one with the architecture', async () => {
    const docker =
      'echo "docker $1 $2"; echo "Loaded image: octo/senhas:1.0.0"; echo "Loaded image: octo/senhas:1.0.0-x"'
    await using scene = await openScene({ files, programs: { docker } })
    const inputs = { image: 'octo/senhas', tags: '1.0.0', push: 'false', load: 'true' }
    const result = await scene.step('image', inputs)
    expectSuccess(result)
    expect(result.log).toContain('docker load -i')
    expect(result.summary).toContain('Loaded: `octo/senhas:1.0.0`, `octo/senhas:1.0.0-x`')
  })
})
