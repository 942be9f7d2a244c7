import { glob, lstat, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { Failure } from '../domain/failure.ts'

export interface FileWish {
  /** Input that the patterns came from, named in messages. */
  readonly input: string
  /** Paths or globs, relative to the workspace. */
  readonly patterns: readonly string[]
  /** File taken when there are no patterns and it exists, if only as something that is no file. */
  readonly fallback: string
  /** Absolute path. */
  readonly workspace: string
}

export interface FoundFiles {
  /** Paths relative to the workspace (absolute ones stay so), each once: patterns in their order, matches of a glob sorted. */
  readonly files: readonly string[]
  readonly failures: readonly Failure[]
}

/**
 * Finds the files that an input names; what is named without a glob need not be a file, which whoever reads it tells. A pattern
 * that matches nothing is a CONFIG_MISSING failure.
 */
export async function findFiles(wish: FileWish): Promise<FoundFiles> {
  const files = new Set<string>()
  const failures: Failure[] = []
  for (const pattern of wish.patterns) {
    const matches = await matchesOf(pattern, wish.workspace)
    for (const match of matches) files.add(match)
    if (matches.length === 0) failures.push(noMatch(wish, pattern))
  }
  const { fallback, workspace } = wish
  if (wish.patterns.length === 0 && (await isThere(join(workspace, fallback)))) files.add(fallback)
  return { files: [...files], failures }
}

async function matchesOf(pattern: string, workspace: string): Promise<readonly string[]> {
  const absolute = isAbsolute(pattern) ? pattern : join(workspace, pattern)
  if (await isThere(absolute)) return [isAbsolute(pattern) ? pattern : relative(workspace, absolute)]
  const found: string[] = []
  for await (const match of glob(pattern, { cwd: workspace })) {
    if (await isFile(isAbsolute(match) ? match : join(workspace, match))) found.push(match)
  }
  return found.sort()
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false
}

function noMatch({ input, workspace }: FileWish, pattern: string): Failure {
  return new Failure('CONFIG_MISSING', `input "${input}": no file matches ${JSON.stringify(pattern)}`, {
    hint: `Paths and globs are relative to the workspace, ${workspace}; check the path, and that the repository was checked out before this step.`,
  })
}
