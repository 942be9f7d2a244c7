import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { indexFile, offersOf, readIndexText } from './apk-index.ts'
import { publicKeyIn } from './build-arguments.ts'
import type { BuildJob } from './build-request.ts'
import type { BuildEnvironment, OfferedApk } from './content-key.ts'
import { byVersion, type IndexShelf } from './index-shelf.ts'
import { entriesOf, textOr } from './yaml-value.ts'

export interface EnvironmentQuestion {
  readonly job: BuildJob
  /** `environment.contents` of the compiled file, or as the file has it. */
  readonly contents: Readonly<Record<string, unknown>>
  /** Whether the names in it are all that the build needs: not so in a file that could not be compiled. */
  readonly complete: boolean
  readonly apko: Tool | undefined
  /** Names of packages of this run that the file may need, needs of needs included; all without it. */
  readonly needs: readonly string[] | undefined
  readonly shelf: IndexShelf
}

/**
 * What will be installed where the build runs. apko, whose solver melange has inside, is asked for its picks (some 30 ms and no
 * download of packages), and the indexes for their checksums. Without apko, or where it finds no answer, all that the indexes
 * offer decides. undefined when an index can't be read.
 */
export async function readEnvironment(
  question: EnvironmentQuestion,
  ports: Pick<Ports, 'processes'>,
): Promise<BuildEnvironment | undefined> {
  const picked = question.complete ? await askPicks(question, ports) : undefined
  return picked === undefined ? readIndexes(question) : { picked }
}

async function askPicks(
  question: EnvironmentQuestion,
  { processes }: Pick<Ports, 'processes'>,
): Promise<readonly OfferedApk[] | undefined> {
  const { job, apko } = question
  if (apko === undefined) return undefined
  const { apkCacheDir } = job.request.options
  const config = join(job.place, 'environment.yaml')
  await mkdir(job.place, { recursive: true })
  // Every JSON text is YAML 1.2.
  await writeFile(config, JSON.stringify({ contents: contentsOf(question) }))
  const asked = await processes.ask({
    tool: apko.path,
    cwd: job.request.machine.workspace,
    env: { TMPDIR: job.place },
    args: [
      'show-packages',
      config,
      '--arch',
      job.architecture.apk,
      '--format',
      '{{.Name}} {{.Version}} {{.Source}}',
      ...(apkCacheDir === undefined ? [] : ['--cache-dir', apkCacheDir]),
    ],
  })
  return asked.code === 0 ? withChecksums(asked.stdout, question) : undefined
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

async function withChecksums(
  stdout: string,
  { job, shelf }: EnvironmentQuestion,
): Promise<readonly OfferedApk[] | undefined> {
  const ownPlace = join(job.request.repository, job.architecture.apk)
  const own = job.hasRepository ? byVersion((await readOwn(job)) ?? []) : undefined
  const picks: OfferedApk[] = []
  for (const line of stdout.split('\n').filter(text => text !== '')) {
    const [, name, version, source = ''] = /^(\S+) (\S+) (.+)$/.exec(line) ?? []
    const place = dirname(source)
    const offers = place === ownPlace ? own : await shelf.offers(place)
    const pick = offers?.get(`${name} ${version}`)
    if (pick === undefined || pick.checksum === '') return undefined
    picks.push(pick)
  }
  return picks
}

async function readIndexes({
  job,
  contents,
  needs,
  shelf,
}: EnvironmentQuestion): Promise<BuildEnvironment | undefined> {
  const written = ['repositories', 'build_repositories'].flatMap(name => entriesOf(contents[name]))
  const indexes: string[] = []
  for (const each of [...written, ...job.request.options.repositories]) {
    // `@label https://…` is how a repository is given a label.
    const repository = textOr(each, '').replace(/^@\S+\s+/, '')
    const digest = await shelf.digest(`${repository.replace(/\/+$/, '')}/${job.architecture.apk}`)
    if (digest === undefined) return undefined
    indexes.push(digest)
  }
  if (!job.hasRepository) return { indexes, own: [] }
  const own = await readOwn(job)
  const needed = needs === undefined ? undefined : new Set(needs)
  return own && { indexes, own: own.filter(({ name }) => needed?.has(name) ?? true) }
}

/** Our own index grows during the run: it is read anew each time. */
async function readOwn({ request, architecture }: BuildJob): Promise<readonly OfferedApk[] | undefined> {
  const text = await readIndexText(join(request.repository, architecture.apk, indexFile))
  return text === undefined ? undefined : offersOf(text)
}
