import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { addressOf, isBuiltRepository, isPath } from '../apko/local-repository.ts'
import { Failure } from '../domain/failure.ts'
import { collect } from '../domain/failures.ts'
import { unreadable } from '../melange/unreadable-packages.ts'
import type { Inputs } from '../inputs/actions.ts'
import { checkEnvFile, checkVarsFile } from './value-files.ts'

type PathInput = 'source-dir' | 'env-file' | 'vars-file' | 'pipeline-dir' | 'keyring-append' | 'packages'
type RepositoryInput = 'repository-append' | 'build-repository-append'
type Kind = 'file' | 'folder'
type PathInputs = Partial<Pick<Inputs<'build'> & Inputs<'image'>, PathInput | RepositoryInput | 'output'>>

const kinds: Readonly<Record<PathInput, Kind>> = {
  'source-dir': 'folder',
  'pipeline-dir': 'folder',
  packages: 'folder',
  'env-file': 'file',
  'vars-file': 'file',
  'keyring-append': 'file',
}
const readers: { readonly [I in PathInput]?: (absolute: string, file: string) => Promise<void> } = {
  'env-file': checkEnvFile,
  'vars-file': checkVarsFile,
}

interface Surroundings {
  /** Absolute path. */
  readonly workspace: string
  /** Whether this run builds packages. */
  readonly builds: boolean
}

/**
 * Looks whether every file and folder that the inputs name is there (CONFIG_MISSING each), and reads those that melange would read
 * late (CONFIG_INVALID). URLs are not looked at, nor, where the run builds packages, the folder that they go to.
 */
export async function findPathProblems(
  inputs: PathInputs,
  { workspace, builds }: Surroundings,
): Promise<readonly Failure[]> {
  const found: Failure[] = []
  for (const [input, kind] of Object.entries(kinds) as [PathInput, Kind][]) {
    for (const path of [inputs[input] ?? []].flat()) {
      if (URL.canParse(path)) continue
      const closed = input === 'packages' ? await closedFolder(resolve(workspace, path)) : undefined
      if (closed !== undefined) found.push(closed)
      else if (!(await isThere(resolve(workspace, path), kind))) found.push(missing(input, path, kind))
      else await collect(found, async () => readers[input]?.(resolve(workspace, path), path))
    }
  }
  return [...found, ...(await missingRepositories(inputs, { workspace, builds }))]
}

async function missingRepositories(
  inputs: PathInputs,
  { workspace, builds }: Surroundings,
): Promise<readonly Failure[]> {
  const found: Failure[] = []
  const made = resolve(workspace, inputs.output ?? 'giropops-output', 'packages')
  const isOwn = (line: string): boolean =>
    (isBuiltRepository(line) && (builds || (inputs.packages ?? []).length > 0)) ||
    (builds && resolve(workspace, addressOf(line)) === made)
  for (const input of ['repository-append', 'build-repository-append'] as const) {
    for (const line of (inputs[input] ?? []).filter(each => isPath(addressOf(each)) && !isOwn(each))) {
      const path = addressOf(line)
      if (!(await isThere(resolve(workspace, path), 'folder'))) found.push(missing(input, path, 'folder'))
    }
  }
  return found
}

/** Why a folder of packages cannot be looked for: one above it is closed to us. */
async function closedFolder(path: string): Promise<Failure | undefined> {
  const error: unknown = await stat(path).then(
    () => undefined,
    (cause: unknown) => cause,
  )
  if (!(error instanceof Error) || !('code' in error) || error.code !== 'EACCES') return undefined
  const told = unreadable(error, path)
  return told instanceof Failure ? told : undefined
}

async function isThere(path: string, kind: Kind): Promise<boolean> {
  const status = await stat(path).catch(() => undefined)
  return (kind === 'file' ? status?.isFile() : status?.isDirectory()) ?? false
}

function missing(input: string, path: string, kind: Kind): Failure {
  return new Failure('CONFIG_MISSING', `input "${input}": there is no ${kind} ${JSON.stringify(path)}`, {
    hint: 'Paths are relative to the workspace.',
  })
}
