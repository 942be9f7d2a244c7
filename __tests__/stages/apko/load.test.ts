import { describe, expect, it } from 'vitest'
import { loadImage, proveEngine } from '../../../src/apko/load.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { fakePorts, type Answer } from '../../support/fake-ports.ts'

const missing: Answer = () => {
  throw new Failure('TOOL_MISSING', 'there is no program')
}

async function load(docker: Answer, podman: Answer = missing) {
  const ports = fakePorts({ processes: { docker, podman } })
  const names = await loadImage({ tar: '/out/apko.tar' }, ports)
  return { names, ports }
}

describe('the proof of an engine', () => {
  const prove = (docker: Answer, podman: Answer = missing): Promise<void> =>
    proveEngine(fakePorts({ processes: { docker, podman } }))

  it('is docker that answers, or podman where there is no docker', async () => {
    await expect(prove({})).resolves.toBeUndefined()
    await expect(prove(missing, {})).resolves.toBeUndefined()
  })

  it.each([
    ['no engine', missing, missing, 'there is neither docker nor podman'],
    [
      'no daemon',
      { code: 1, stderr: 'Cannot connect\n' },
      {},
      "docker's daemon does not answer: Cannot connect",
    ],
    ['a broken podman', missing, { code: 125, stderr: 'no runroot' }, 'podman does not answer: no runroot'],
  ] satisfies [string, Answer, Answer, string][])('is not %s', async (_, docker, podman, message) => {
    const failure = { code: 'ENGINE_MISSING', message: expect.stringContaining(message) }
    await expect(prove(docker, podman)).rejects.toMatchObject(failure)
  })
})

describe('loading into the container engine', () => {
  it('answers the names that docker gives', async () => {
    const stdout = 'Loaded image: ghcr.io/o/a:1\nLoaded image: ghcr.io/o/a:1-amd64\n'
    const { names, ports } = await load({ stdout })
    expect(names).toEqual(['ghcr.io/o/a:1', 'ghcr.io/o/a:1-amd64'])
    expect(ports.commands).toMatchObject([{ tool: 'docker', args: ['load', '-i', '/out/apko.tar'] }])
  })

  it('takes podman where there is no docker', async () => {
    const stderr = 'Getting image source signatures\nLoaded image: localhost/a:1\n'
    const { names, ports } = await load(missing, { stderr })
    expect(names).toEqual(['localhost/a:1'])
    expect(ports.commands.map(({ tool }) => tool)).toEqual(['docker', 'podman'])
  })

  it('speaks to the daemon that it is told of', async () => {
    const ports = fakePorts({ processes: { docker: {} } })
    await loadImage({ tar: '/a', dockerHost: 'unix:///run/user/1000/docker.sock' }, ports)
    expect(ports.commands[0]?.env).toEqual({ DOCKER_HOST: 'unix:///run/user/1000/docker.sock' })
  })

  it.each([
    ['no engine', missing, 'ENGINE_MISSING', 'there is neither docker nor podman'],
    [
      'no daemon',
      {
        code: 1,
        stderr:
          'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      },
      'ENGINE_MISSING',
      "docker's daemon does not answer: Cannot connect",
    ],
    [
      'no rights',
      {
        code: 1,
        stderr:
          'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
      },
      'ENGINE_MISSING',
      'permission denied',
    ],
    [
      'no space',
      { code: 1, stderr: 'Error processing tar file(exit status 1): write /x: no space left on device' },
      'DISK_FULL',
      'no space left for the image',
    ],
    [
      'a bad tar',
      { code: 1, stderr: 'archive/tar: invalid tar header' },
      'TOOL_FAILED',
      'docker could not load the image:\narchive/tar: invalid tar header',
    ],
    ['nothing said', { code: 125 }, 'TOOL_FAILED', 'exit code 125'],
  ] satisfies [string, Answer, string, string][])('fails with %s', async (_, docker, code, message) => {
    await expect(load(docker)).rejects.toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it('lets a cancel through', async () => {
    const cancel: Answer = () => {
      throw new Failure('CANCELLED', 'the run was cancelled')
    }
    await expect(load(cancel)).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
