import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Tool } from '../domain/tool.ts'
import type { Finished, Ports } from '../ports.ts'
import { indexFile, readIndexFile, type ApkIndex } from './apk-index.ts'
import { publicKeyIn } from './build-arguments.ts'
import type { BuildJob } from './build-request.ts'
import type { BuildEnvironment, OfferedApk } from './content-key.ts'
import type { IndexShelf } from './index-shelf.ts'
import { entriesOf, textOr } from './yaml-value.ts'

export interface EnvironmentQuestion {
  readonly job: BuildJob
  /** `environment.contents` of the compiled file, or as the file has it. */
  readonly contents: Readonly<Record<string, unknown>>
  /** Whether the names in it are all that the build needs: not so in a file that could not be compiled. */
  readonly complete: boolean
  /** Names of packages of this run that it may install; all without it. */
  readonly needs: readonly string[] | undefined
}

/** Tells what will be installed where a build runs; undefined when an index can't be read. */
export type ReadEnvironment = (question: EnvironmentQuestion) => Promise<BuildEnvironment | undefined>

export interface EnvironmentSetting {
  readonly apko: Tool | undefined
  readonly shelf: IndexShelf
}

/**
 * apko, whose solver melange has inside, is asked for its picks (some 30 ms and no download of packages), once for builds with the same
 * environment, and the indexes for their checksums. Without apko, or where it finds no answer, all that the indexes offer decides.
 */
export function openEnvironments(
  { apko, shelf }: EnvironmentSetting,
  { processes }: Pick<Ports, 'processes'>,
): ReadEnvironment {
  const asked = new Map<string, Promise<Finished>>()
  return async question => {
    const { job, complete } = question
    // Our own index grows during the run: it is read anew each time.
    const own = job.hasRepository ? await readIndexFile(join(ownFolder(job), indexFile)) : undefined
    if (apko !== undefined && complete) {
      const config = JSON.stringify({ contents: contentsOf(question) })
      const id = [job.architecture.apk, own?.digest ?? '', config].join('\n')
      const found = asked.get(id) ?? ask(apko, { job, config }, processes)
      asked.set(id, found)
      const { code, stdout } = await found
      const picked = code === 0 ? await withChecksums(stdout, { own, job, shelf }) : undefined
      if (picked !== undefined) return { picked }
    }
    return readIndexes(question, { own, shelf })
  }
}

const ownFolder = ({ request, architecture }: BuildJob): string => join(request.repository, architecture.apk)

/** Milliseconds for the answer: apko fetches the indexes of all repositories. */
const timeLimit = 15 * 60_000

async function ask(
  apko: Tool,
  { job, config }: { readonly job: BuildJob; readonly config: string },
  processes: Ports['processes'],
): Promise<Finished> {
  const { apkCacheDir } = job.request.options
  const file = join(job.place, 'environment.yaml')
  await mkdir(job.place, { recursive: true })
  // Every JSON text is YAML 1.2.
  await writeFile(file, config)
  return processes.ask({
    tool: apko.path,
    cwd: job.request.machine.workspace,
    env: { TMPDIR: job.place },
    timeLimit,
    args: [
      'show-packages',
      file,
      '--arch',
      job.architecture.apk,
      '--format',
      '{{.Name}} {{.Version}} {{.Source}}',
      ...(apkCacheDir === undefined ? [] : ['--cache-dir', apkCacheDir]),
    ],
  })
}

function contentsOf({ job, contents }: EnvironmentQuestion): Readonly<Record<string, unknown>> {
  const { request, hasRepository } = job
  const { options, repository } = request
  const own = hasRepository ? { repositories: [repository], keyring: [publicKeyIn(request)] } : undefined
  return {
    ...contents,
    packages: [...entriesOf(contents['packages']), ...options.packages],
    repositories: [
      ...entriesOf(contents['repositories']),
      ...options.repositories,
      ...(own?.repositories ?? []),
    ],
    keyring: [...entriesOf(contents['keyring']), ...options.keyring, ...(own?.keyring ?? [])],
  }
}

interface Indexes {
  /** What this run made for the architecture; undefined where it is not on offer. */
  readonly own: ApkIndex | undefined
  readonly shelf: IndexShelf
}

async function withChecksums(
  stdout: string,
  { job, own, shelf }: Indexes & { readonly job: BuildJob },
): Promise<readonly OfferedApk[] | undefined> {
  const picks: OfferedApk[] = []
  for (const line of stdout.split('\n').filter(text => text !== '')) {
    const [, name = '', version = '', source = ''] = /^(\S+) (\S+) (.+)$/.exec(line) ?? []
    const place = dirname(source)
    const index = place === ownFolder(job) ? own : await shelf.find(dirname(place), basename(place))
    const pick = index?.offer(name, version)
    if (pick === undefined || pick.checksum === '') return undefined
    picks.push(pick)
  }
  return picks
}

async function readIndexes(
  { job, contents, needs }: EnvironmentQuestion,
  { own, shelf }: Indexes,
): Promise<BuildEnvironment | undefined> {
  const written = ['repositories', 'build_repositories'].flatMap(name => entriesOf(contents[name]))
  const indexes: string[] = []
  for (const each of [...written, ...job.request.options.repositories]) {
    const index = await shelf.find(textOr(each, ''), job.architecture.apk)
    if (index === undefined) return undefined
    indexes.push(index.digest)
  }
  if (!job.hasRepository) return { indexes, own: [] }
  const needed = needs === undefined ? undefined : new Set(needs)
  return own && { indexes, own: own.offers.filter(({ name }) => needed?.has(name) ?? true) }
}
