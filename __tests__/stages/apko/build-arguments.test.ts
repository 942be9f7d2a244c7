import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildArguments } from '../../../src/apko/build-arguments.ts'
import { checkOptions } from '../../../src/apko/check-options.ts'
import { openWorkbench } from '../../../src/apko/workbench.ts'
import { fakePorts } from '../../support/fake-ports.ts'
import { apkoFlags, apkoOf, imagesRequest, type RequestPlan } from './images-request.ts'

async function argumentsOf(plan: RequestPlan = {}) {
  const request = await imagesRequest(plan)
  const [wish] = request.images
  if (wish === undefined) throw new Error('no image')
  const workbench = await openWorkbench(request)
  const folders = { layout: '/s/layout', sbom: '/s/sbom' }
  return { request, args: await buildArguments(wish, request, { workbench, folders }) }
}

const old = apkoOf(
  '0.14.7',
  apkoFlags.filter(flag => flag !== '--build-repository-append'),
)
const elsewhere = { 'apko.yaml': 'contents:\n  repositories: [https://apk.example/main]\n' }
const nowhere = { 'apko.yaml': 'contents:\n  packages: [a]\n' }

describe('arguments of apko build', () => {
  it('are complete', async () => {
    const { args } = await argumentsOf()
    expect(args).toEqual([
      'build',
      'apko.yaml',
      'hello:1.0.0',
      '/s/layout/',
      '--arch',
      'x86_64,aarch64',
      '--sbom-path',
      '/s/sbom',
      '--keyring-append',
      'giropops-keys/melange.rsa.pub',
      '--vcs=false',
    ])
  })

  it.each([
    ['the file names them', {}, []],
    ['nothing names them', { files: elsewhere }, ['--build-repository-append', 'packages']],
    ['nothing names them, old apko', { files: elsewhere, apko: old }, ['--repository-append', 'packages']],
    ['there is no other repository', { files: nowhere }, ['--repository-append', 'packages']],
    [
      'an option names them',
      { files: elsewhere, options: { repositories: ['./packages'] } },
      ['--repository-append', './packages'],
    ],
    ['none were built', { files: elsewhere, built: false }, []],
  ] satisfies [string, RequestPlan, string[]][])(
    'add the packages of the run when needed: %s',
    async (_, plan, expected) => {
      const { args } = await argumentsOf(plan)
      const found = args.flatMap((arg, at) => (arg.endsWith('repository-append') ? [arg, args[at + 1]] : []))
      expect(found).toEqual(expected)
    },
  )

  it('never name the workspace, for apko stores paths in the image', async () => {
    const request = await imagesRequest()
    const inside = (path: string) => join(request.workspace, path)
    const [wish] = request.images
    if (wish === undefined) throw new Error('no image')
    const options = {
      ...request.options,
      keyring: [inside('keys/a.rsa.pub'), '/etc/apk/keys/b.rsa.pub', 'https://apk.example/c.rsa.pub'],
      repositories: [`@more ${inside('more')}`, '/srv/apk'],
      buildRepositories: ['../beside', 'https://apk.example/main'],
    }
    const workbench = await openWorkbench(request)
    const folders = { layout: '/s/layout', sbom: '/s/sbom' }
    const args = await buildArguments(wish, { ...request, options }, { workbench, folders })
    expect(args.filter(arg => arg.includes(request.workspace))).toEqual([])
    expect(args).toEqual(
      expect.arrayContaining([
        'keys/a.rsa.pub',
        'giropops-keys/b.rsa.pub',
        'https://apk.example/c.rsa.pub',
        '@more more',
        '/srv/apk',
        join(request.workspace, '../beside'),
      ]),
    )
  })

  it('quote what apko would take apart', async () => {
    const packages = ['one, two', 'say "hi"', 'curl']
    const { args } = await argumentsOf({ options: { packages, extraArgs: ['--offline'] } })
    expect(args.filter((_, at) => args[at - 1] === '--package-append')).toEqual([
      '"one, two"',
      '"say ""hi"""',
      'curl',
    ])
    expect(args.at(-1)).toBe('--offline')
  })

  it('leave out what apko does not take', async () => {
    const { args } = await argumentsOf({ apko: apkoOf('0.4.0', []), options: { vcs: true } })
    expect(args.filter(arg => arg.startsWith('--vcs'))).toEqual([])
    expect((await argumentsOf({ options: { vcs: true } })).args).toContain('--vcs=true')
  })
})

describe('a build by a lock', () => {
  it('names the lock, and not the key of this run, which was checked when the lock was made', async () => {
    const request = await imagesRequest({ options: { keyring: ['/etc/apk/keys/b.rsa.pub'] } })
    const [wish] = request.images
    if (wish === undefined) throw new Error('no image')
    const workbench = await openWorkbench(request)
    const folders = { layout: '/s/layout', sbom: '/s/sbom' }
    const args = await buildArguments(wish, request, { workbench, folders, lock: '/s/image.lock.json' })
    expect(args.slice(args.indexOf('--lockfile'), args.indexOf('--lockfile') + 2)).toEqual([
      '--lockfile',
      '/s/image.lock.json',
    ])
    expect(args.filter(arg => arg.endsWith('.rsa.pub'))).toEqual(['giropops-keys/b.rsa.pub'])
  })
})

describe('abilities', () => {
  it('an old apko cannot keep a repository out of the image, which is said', async () => {
    const request = await imagesRequest({
      apko: old,
      options: { buildRepositories: ['https://apk.example/main'] },
    })
    const ports = fakePorts()
    await checkOptions(request, ports)
    expect(ports.lines).toEqual([expect.stringContaining('notice: apko 0.14.7 has no build repositories')])
  })

  it('a lock file is not ignored silently', async () => {
    const lock = { mode: 'use', path: '/w/apko.lock.json', file: 'apko.lock.json' } as const
    const request = await imagesRequest({ apko: apkoOf('0.12.0', []), lock })
    await expect(checkOptions(request, fakePorts())).rejects.toMatchObject({
      code: 'TOOL_UNSUITED',
      message: 'apko 0.12.0 does not build from a lock file (apko.lock.json)',
    })
  })
})
