import { resolve } from 'node:path'
import type { Inputs } from '../inputs/actions.ts'
import type { BuildOptions } from '../melange/build-request.ts'
import type { Stamps } from '../melange/content-key.ts'
import type { World } from '../ports.ts'
import { isRelease } from './cache-policy.ts'

export interface OptionsPlaces {
  /** Absolute path of the output folder. */
  readonly output: string
  /** Absolute path of the folder that melange keeps what it downloads in. */
  readonly downloads: string
}

/** What the inputs ask of melange. */
export function buildOptions(
  inputs: Inputs<'package'>,
  { output, downloads }: OptionsPlaces,
  { machine, context, secrets }: Pick<World, 'machine' | 'context' | 'secrets'>,
): BuildOptions {
  const at = (path: string): string => (URL.canParse(path) ? path : resolve(machine.workspace, path))
  const repositoryAt = (text: string): string => text.replace(/\S+$/, at)
  const optional = (name: 'source-dir' | 'env-file' | 'vars-file'): string | undefined => {
    const path = inputs[name]
    return path === undefined ? undefined : at(path)
  }
  const given = {
    sourceDir: optional('source-dir'),
    envFile: optional('env-file'),
    varsFile: optional('vars-file'),
    namespace: inputs.namespace,
    gitCommit: context.commit,
    gitRepoUrl: context.repository === undefined ? undefined : `https://github.com/${context.repository}`,
  }
  return {
    ...defined(given),
    pipelineDirs: inputs['pipeline-dir'].map(at),
    keyring: inputs['keyring-append'].map(at),
    repositories: [...inputs['repository-append'], ...inputs['build-repository-append']].map(repositoryAt),
    packages: [],
    apkCacheDir: downloads,
    extraArgs: inputs['melange-args'],
    exclude: [output, machine.temp, ...secrets.hiddenFiles],
  }
}

/**
 * The stamps that a package taken from the store must bear: the time when it was given, and in a release the commit and its time as
 * well. Otherwise it names the commit that it was built at (docs/decisions/0009-content-keys.md).
 */
export function wantedStamps(
  inputs: Pick<Inputs<'package'>, 'source-date-epoch'>,
  { gitCommit, gitRepoUrl }: BuildOptions,
  { context }: Pick<World, 'context'>,
): Stamps {
  const given = inputs['source-date-epoch']
  if (!isRelease(context)) return defined({ sourceDateEpoch: given })
  return defined({ sourceDateEpoch: given ?? context.commitTime, gitCommit, gitRepoUrl })
}

/** The entries that have a value. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
