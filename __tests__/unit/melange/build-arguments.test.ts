import { expect, it } from 'vitest'
import { buildArguments, unsuitedOptions } from '../../../src/melange/build-arguments.ts'
import type { BuildJob, BuildOptions, BuildRequest } from '../../../src/melange/build-request.ts'
import type { MelangeFile } from '../../../src/melange/melange-file.ts'
import { architecture, machineAt, melangeTool } from '../../support/melange-fixtures.ts'

const none: BuildOptions = {
  pipelineDirs: [],
  keyring: [],
  repositories: [],
  packages: [],
  extraArgs: [],
  exclude: [],
}

function requestWith(options: Partial<BuildOptions>, lacking: readonly string[] = []): BuildRequest {
  return {
    files: [],
    graph: { nodes: [] },
    architectures: [],
    melange: melangeTool(lacking),
    key: { privateKey: '/key/melange.rsa', publicKey: '/key/melange.rsa.pub', throwAway: true },
    sandbox: async () => 'docker' as const,
    repository: '/w/out/packages',
    scratch: '/scratch',
    machine: machineAt('/w'),
    options: { ...none, ...options },
    jobs: 1,
  }
}

function jobWith(
  options: Partial<BuildOptions>,
  more: { value?: unknown; lacking?: readonly string[]; hasRepository?: boolean } = {},
): BuildJob {
  const file: MelangeFile = {
    file: 'app/melange.yaml',
    absolute: '/w/app/melange.yaml',
    folder: '/w/app',
    name: 'senhas',
    version: '1.0.0',
    epoch: 0,
    description: '',
    subpackages: [],
    architectures: [],
    known: new Map(),
    value: more.value ?? {},
    placeOf: () => ({ file: 'app/melange.yaml' }),
    indexOfSubpackage: () => -1,
  }
  return {
    request: requestWith(options, more.lacking),
    file,
    architecture: architecture('arm64'),
    place: '/scratch/0-aarch64',
    hasRepository: more.hasRepository ?? false,
  }
}

it('says what is built, how, and where everything lies', () => {
  expect(buildArguments(jobWith({}), 'docker')).toEqual([
    'build',
    'app/melange.yaml',
    '--arch',
    'aarch64',
    '--runner',
    'docker',
    '--signing-key',
    '/key/melange.rsa',
    '--source-dir',
    '/scratch/0-aarch64/source',
    '--out-dir',
    '/scratch/0-aarch64/out',
    '--cache-dir',
    '/scratch/0-aarch64/cache',
    '--generate-index=false',
  ])
})

it('passes everything on; what melange records of it is relative to the workspace', () => {
  const args = buildArguments(
    jobWith(
      {
        namespace: 'giro',
        varsFile: '/w/vars.yaml',
        envFile: '/w/a.env',
        pipelineDirs: ['/w/p1', '/w/p2'],
        keyring: ['/w/keys/distro.rsa.pub', 'https://e.example/k.rsa.pub', '/etc/apk/keys/x.rsa.pub'],
        repositories: ['https://e.example/main'],
        packages: ['gcc', 'a,b"c'],
        cacheDir: '/cache',
        apkCacheDir: '/apks',
        gitCommit: 'c0ffee',
        gitRepoUrl: 'https://e.example/r',
        extraArgs: ['--debug'],
      },
      { value: { vars: {} }, hasRepository: true },
    ),
    'docker',
  )
  const passedOn = args.slice(args.indexOf('--cache-dir')).join(' ')
  expect(passedOn).toBe(
    [
      '--cache-dir /cache --apk-cache-dir=/apks --generate-index=false --namespace giro --vars-file /w/vars.yaml',
      '--env-file /w/a.env --pipeline-dirs /w/p1 --pipeline-dirs /w/p2',
      '--keyring-append keys/distro.rsa.pub --keyring-append https://e.example/k.rsa.pub',
      '--keyring-append /etc/apk/keys/x.rsa.pub --keyring-append .giropops-packages/melange.rsa.pub',
      '--repository-append https://e.example/main --repository-append .giropops-packages',
      '--package-append gcc --package-append "a,b""c"',
      '--git-commit=c0ffee --git-repo-url=https://e.example/r --debug',
    ].join(' '),
  )
})

it('uses only flags that this melange has', () => {
  const job = jobWith(
    { gitCommit: 'x', gitRepoUrl: 'y', pipelineDirs: ['/p'], apkCacheDir: '/apks' },
    { lacking: ['--apk-cache-dir', '--generate-index', '--git-commit', '--git-repo-url', '--pipeline-dirs'] },
  )
  const args = buildArguments(job, 'docker')
  expect(args.slice(args.indexOf('--cache-dir'))).toEqual([
    '--cache-dir',
    '/scratch/0-aarch64/cache',
    '--pipeline-dir',
    '/p',
  ])
})

it.each([
  [{ vars: { a: 'b' } }, true],
  [{ package: { version: '${{vars.a}}' } }, true],
  [{ pipeline: [{ runs: 'true' }] }, false],
])('gives a vars-file to %j: %s', (value, given) => {
  expect(buildArguments(jobWith({ varsFile: '/v' }, { value }), 'docker').includes('--vars-file')).toBe(given)
})

it('refuses extra arguments that would undo ours', () => {
  const found = unsuitedOptions(
    requestWith({
      extraArgs: ['--out-dir=/x', '--arch', 'x86', '--archive', '--debug', '--signing-key=secret'],
    }),
  )
  expect(found.map(({ code, message }) => [code, message])).toEqual([
    ['INPUT_INVALID', 'input "melange-args" holds --out-dir, which is set by the action itself'],
    ['INPUT_INVALID', 'input "melange-args" holds --arch, which is set by the action itself'],
    ['INPUT_INVALID', 'input "melange-args" holds --signing-key, which is set by the action itself'],
  ])
})

it('tells which options an old melange cannot do', () => {
  const wanted = { namespace: 'a', packages: ['b'], pipelineDirs: ['/a', '/b'], keyring: ['/k'] }
  expect(unsuitedOptions(requestWith(wanted))).toEqual([])
  const found = unsuitedOptions(requestWith(wanted, ['--package-append', '--pipeline-dirs', '--vars-file']))
  expect(found.map(({ code, message }) => [code, message])).toEqual([
    ['TOOL_UNSUITED', 'melange 0.56.5 (melange) has no flag --package-append'],
    ['TOOL_UNSUITED', 'melange 0.56.5 (melange) has no flag --pipeline-dirs'],
  ])
})
