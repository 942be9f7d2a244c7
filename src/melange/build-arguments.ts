import { basename, isAbsolute, join, relative } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { takesFlag, type Tool } from '../domain/tool.ts'
import type { MelangeFile } from './melange-file.ts'
import { ownRepository, workbenchOf } from './workbench.ts'
import { isRecord } from './yaml-value.ts'
import type { BuildJob, BuildOptions, BuildRequest } from './build-request.ts'
import type { Sandbox } from './sandbox-choice.ts'

/** Folders of one build, all below its place. */
export interface BuildFolders {
  /** Copy of the source folder. */
  readonly source: string
  /** melange's `--out-dir`. An index that a melange without `--generate-index` writes there is left behind. */
  readonly out: string
  /** TMPDIR of the child. */
  readonly temp: string
  readonly cache: string
}

export function foldersOf(place: string): BuildFolders {
  const [source, out, temp, cache] = ['source', 'out', 'temp', 'cache'].map(name => join(place, name))
  return { source: source ?? '', out: out ?? '', temp: temp ?? '', cache: cache ?? '' }
}

/** Arguments of `melange build` for one build. */
export function buildArguments(job: BuildJob, runner: Sandbox): readonly string[] {
  const { request, file, architecture, place } = job
  const { options, melange, key, machine } = request
  const folders = foldersOf(place)
  const recorded = (path: string): string => recordedPath(machine.workspace, path)
  const own = ownPlaces(job)
  return [
    'build',
    recorded(file.absolute),
    ...optional('--arch', architecture.apk),
    ...optional('--runner', runner),
    ...optional('--signing-key', key.privateKey),
    ...optional('--source-dir', folders.source),
    ...optional('--out-dir', folders.out),
    ...optional('--cache-dir', options.cacheDir ?? folders.cache),
    ...(options.apkCacheDir === undefined
      ? []
      : whenTaken(melange, '--apk-cache-dir', `--apk-cache-dir=${options.apkCacheDir}`)),
    ...whenTaken(melange, '--generate-index', '--generate-index=false'),
    ...optional('--namespace', options.namespace),
    ...optional('--vars-file', usesVars(file) ? options.varsFile : undefined),
    ...each('--env-file', options.envFile === undefined ? [] : [options.envFile]),
    ...each(pipelineFlag(melange), options.pipelineDirs),
    ...each('--keyring-append', [...options.keyring, ...own.keys].map(recorded)),
    ...each('--repository-append', [...options.repositories, ...own.repositories].map(recorded)),
    ...each('--package-append', options.packages),
    ...(options.gitCommit === undefined
      ? []
      : whenTaken(melange, '--git-commit', `--git-commit=${options.gitCommit}`)),
    ...(options.gitRepoUrl === undefined
      ? []
      : whenTaken(melange, '--git-repo-url', `--git-repo-url=${options.gitRepoUrl}`)),
    ...options.extraArgs,
  ]
}

/** What a build sees of this run, by the paths that melange is told. */
function ownPlaces(job: BuildJob): {
  readonly keys: readonly string[]
  readonly repositories: readonly string[]
} {
  const { repository, key } = job.request
  if (!job.hasRepository) return { keys: [], repositories: [] }
  const folder = workbenchOf(job) === undefined ? repository : ownRepository
  return { keys: [join(folder, basename(key.publicKey))], repositories: [folder] }
}

/** Arguments of `melange test`, which has few of the flags of `build`; all packages of the run are there to be installed. */
export function testArguments(job: BuildJob, runner: Sandbox): readonly string[] {
  const { request, file, architecture, place } = job
  const { options, melange, key, repository } = request
  const folders = foldersOf(place)
  return [
    'test',
    file.absolute,
    ...optional('--arch', architecture.apk),
    ...optional('--runner', runner),
    ...optional('--source-dir', folders.source),
    ...optional('--cache-dir', options.cacheDir ?? folders.cache),
    ...(options.apkCacheDir === undefined
      ? []
      : whenTaken(melange, '--apk-cache-dir', `--apk-cache-dir=${options.apkCacheDir}`)),
    ...each('--env-file', options.envFile === undefined ? [] : [options.envFile]),
    ...each('--pipeline-dirs', options.pipelineDirs),
    ...each('--keyring-append', [...options.keyring, join(repository, basename(key.publicKey))]),
    ...each('--repository-append', [...options.repositories, repository]),
  ]
}

/** Without `vars` in the file, melange 0.58 and before crashes on a vars-file; where nothing asks for one it is left out. */
export function usesVars({ value }: MelangeFile): boolean {
  return (isRecord(value) && isRecord(value['vars'])) || JSON.stringify(value ?? '').includes('${{vars.')
}

/** Where the public key lies beside the packages. */
export function publicKeyIn({ repository, key }: Pick<BuildRequest, 'repository' | 'key'>): string {
  return join(repository, basename(key.publicKey))
}

/**
 * melange records these paths in the package (its SBOM, its locked environment): relative to the workspace they are the same on
 * every machine. URLs and what lies elsewhere stay as they are.
 */
function recordedPath(workspace: string, path: string): string {
  const inside = isAbsolute(path) ? relative(workspace, path) : '..'
  return inside === '' || inside.startsWith('..') ? path : inside
}

/** Flags that decide where things lie and how they are signed: ours alone. */
const ours = [
  'arch',
  'out-dir',
  'signing-key',
  'source-dir',
  'workspace-dir',
  'generate-index',
  'runner',
  'rm',
  'interactive',
]

/** What of the options this melange cannot do, and extra arguments that would undo ours; before anything is built. */
export function unsuitedOptions({ options, melange }: BuildRequest): readonly Failure[] {
  const taken = options.extraArgs.filter(arg => ours.some(flag => new RegExp(`^--${flag}(=|$)`).test(arg)))
  return [
    ...taken.map(
      arg =>
        new Failure(
          'INPUT_INVALID',
          `input "melange-args" holds ${arg.split('=')[0]}, which is set by the action itself`,
          {
            hint: 'Leave it out; "platforms", "runner", "signing-key", "source-dir" and "output" are inputs.',
          },
        ),
    ),
    ...neededFlags(options, melange)
      .filter(flag => !takesFlag(melange, flag))
      .map(
        flag =>
          new Failure(
            'TOOL_UNSUITED',
            `melange ${melange.version} (${basename(melange.path)}) has no flag ${flag}`,
            {
              hint: 'Take a newer "melange-version", or leave out the input that needs the flag.',
            },
          ),
      ),
  ]
}

function neededFlags(options: BuildOptions, melange: Tool): readonly string[] {
  const needs: readonly [string, boolean][] = [
    ['--namespace', options.namespace !== undefined],
    ['--vars-file', options.varsFile !== undefined],
    ['--env-file', options.envFile !== undefined],
    ['--keyring-append', options.keyring.length > 0],
    ['--repository-append', options.repositories.length > 0],
    ['--package-append', options.packages.length > 0],
    [pipelineFlag(melange), options.pipelineDirs.length > 0],
    ['--pipeline-dirs', options.pipelineDirs.length > 1],
  ]
  return [...new Set(needs.flatMap(([flag, needed]) => (needed ? [flag] : [])))]
}

function pipelineFlag(melange: Tool): string {
  return takesFlag(melange, '--pipeline-dirs') ? '--pipeline-dirs' : '--pipeline-dir'
}

function whenTaken(melange: Tool, flag: string, argument: string): readonly string[] {
  return takesFlag(melange, flag) ? [argument] : []
}

function optional(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, value]
}

/** A flag of the kind StringSlice (spf13/pflag) reads each value as a line of CSV. */
function each(flag: string, values: readonly string[]): readonly string[] {
  const quoted = (value: string) => (/[,"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
  return values.flatMap(value => [flag, quoted(value)])
}
