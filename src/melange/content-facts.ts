import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { usesVars } from './build-arguments.ts'
import { openEnvironments } from './build-environment.ts'
import type { BuildJob, BuildRequest } from './build-request.ts'
import { openCompiler, type CompileFile } from './compile-file.ts'
import { partCompiled } from './compiled-file.ts'
import type { ContentFacts, Instructions, SourceEntry, Stamps } from './content-key.ts'
import { fileFailure } from './file-failure.ts'
import { sha256OfFile } from '../domain/file-digest.ts'
import { openIndexShelf, type IndexShelf } from './index-shelf.ts'
import { readSourceContent } from './source-content.ts'
import { isRecord } from './yaml-value.ts'

export interface FactsSetting {
  readonly request: BuildRequest
  /** Asked for what the solver picks; without it all that the indexes offer counts. */
  readonly apko: Tool | undefined
  /** What a package shall be taken from its own commit for; nothing for packages that may come from another one. */
  readonly stamps: Stamps
  /** Names of packages of this run that a build environment may install; all of them without it. */
  readonly needsOf?: (job: BuildJob) => readonly string[]
  /** Shared with whoever asks the same in this run. */
  readonly compile?: CompileFile
  readonly shelf?: IndexShelf
}

type FactsPorts = Pick<Ports, 'processes' | 'http' | 'patience' | 'clock' | 'log'>

/** Tells what a build would be made of; undefined when that can't be known, so that it has to be built. */
export type ReadFacts = (job: BuildJob) => Promise<ContentFacts | undefined>

/** Opens the facts of a run: what jobs share (source folders, indexes) is read once. */
export function openContentFacts(setting: FactsSetting, ports: FactsPorts): ReadFacts {
  const { request, apko, stamps, needsOf } = setting
  const { options, melange, machine } = request
  const { compile = openCompiler(request, ports), shelf = openIndexShelf(machine.workspace, ports) } = setting
  const readEnvironment = openEnvironments({ apko, shelf }, ports)
  const readSource = onceFor(folder => readSourceContent(folder, leftOut(request)))
  const readFolder = onceFor(folder => readSourceContent(folder, []))
  const hidden = options.extraArgs.some(arg => namesMore.test(arg))
  let key: Promise<string> | undefined

  const read: ReadFacts = async job => {
    const { file, architecture } = job
    const compiled = partCompiled(await compile(file, architecture.apk, options.extraArgs))
    const environment = await readEnvironment({
      job,
      contents: compiled?.contents ?? contentsAsWritten(file.value),
      complete: compiled !== undefined,
      needs: compiled === undefined ? undefined : needsOf?.(job),
    })
    if (environment === undefined) return undefined
    return {
      name: file.name,
      architecture: architecture.apk,
      instructions:
        compiled === undefined ? await asWritten(job, readFolder) : { compiled: compiled.content },
      source: await readSource(options.sourceDir ?? file.folder),
      environment,
      hasRepository: job.hasRepository,
      ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
      packages: options.packages,
      extraArgs: options.extraArgs,
      key: await (key ??= keyOf(request)),
      melange: { version: melange.version, sha256: melange.sha256 },
      stamps,
    }
  }
  return async job => {
    if (hidden) return undefined
    return read(job).catch((error: unknown) => {
      throw fileFailure(error, `reading what ${job.file.file} is built from`)
    })
  }
}

/** Extra arguments that bring in files and repositories which we would not see. */
const namesMore =
  /^(-[rk]|--(repository-append|keyring-append|package-append|cache-source|env-file|vars-file|pipeline-dirs?)(=|$))/

/** What no build is made of, though it may lie in a source folder. The melange files themselves count as instructions. */
export function leftOut({ files, options, repository, scratch, key }: BuildRequest): readonly string[] {
  return [
    ...options.exclude,
    ...files.map(({ absolute }) => absolute),
    repository,
    scratch,
    dirname(key.privateKey),
    key.privateKey,
  ]
}

async function asWritten(
  { request, file }: BuildJob,
  readFolder: (folder: string) => Promise<readonly SourceEntry[]>,
): Promise<Instructions> {
  const { envFile, varsFile, pipelineDirs } = request.options
  return {
    file: await sha256OfFile(file.absolute),
    ...(varsFile === undefined || !usesVars(file) ? {} : { varsFile: await sha256OfFile(varsFile) }),
    ...(envFile === undefined ? {} : { envFile: await sha256OfFile(envFile) }),
    pipelines: await Promise.all(pipelineDirs.map(readFolder)),
  }
}

function contentsAsWritten(value: unknown): Readonly<Record<string, unknown>> {
  const environment = isRecord(value) ? value['environment'] : undefined
  const contents = isRecord(environment) ? environment['contents'] : undefined
  return isRecord(contents) ? contents : {}
}

async function keyOf({ key }: BuildRequest): Promise<string> {
  if (key.throwAway) return 'throw-away'
  return createHash('sha256')
    .update((await readFile(key.publicKey, 'utf8')).trim())
    .digest('hex')
}

function onceFor<T>(read: (folder: string) => Promise<T>): (folder: string) => Promise<T> {
  const known = new Map<string, Promise<T>>()
  return folder => {
    const found = known.get(folder) ?? read(folder)
    known.set(folder, found)
    return found
  }
}
