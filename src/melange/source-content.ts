import type { Dirent } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { SourceEntry } from './content-key.ts'
import { sha256OfFile } from '../domain/file-digest.ts'
import { ignoreRule } from './ignore-patterns.ts'
import { sideBySide } from './side-by-side.ts'

const readersAtMost = 8

/**
 * What a build finds in its workspace of a source folder: files with their modes, links, without what `.melangeignore` and
 * `leftOut` (absolute paths) name. `.git`, which differs from clone to clone, stands for the commit that is checked out.
 * Throws what the file system throws.
 */
export async function readSourceContent(
  folder: string,
  leftOut: readonly string[],
): Promise<readonly SourceEntry[]> {
  const rules = await readFile(join(folder, '.melangeignore'), 'utf8').catch(() => '')
  const [isIgnored, left] = [ignoreRule(rules), new Set(leftOut)]
  const found: { readonly path: string; readonly entry: Dirent }[] = []
  const walk = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (left.has(join(folder, path))) continue
      if (path === '.git') found.push({ path: '.git/HEAD', entry })
      else if (entry.isDirectory()) await walk(path)
      else if (entry.isFile() || entry.isSymbolicLink()) found.push({ path, entry })
    }
  }
  await walk('')
  const kept = found.filter(({ path }) => !isIgnored(path))
  const read = await sideBySide(kept, readersAtMost, ({ path, entry }) => readEntry(folder, path, entry))
  return read.flatMap(result => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}

async function readEntry(folder: string, path: string, entry: Dirent): Promise<readonly SourceEntry[]> {
  if (path === '.git/HEAD') {
    return entry.isDirectory() ? [{ path: '.git', commit: await headOf(join(folder, '.git')) }] : []
  }
  const file = join(folder, path)
  if (entry.isSymbolicLink()) return [{ path, link: await readlink(file) }]
  const { mode } = await lstat(file)
  return [{ path, mode: mode & 0o777, sha256: await sha256OfFile(file) }]
}

/** Commit that is checked out; what HEAD says when there is none yet. */
async function headOf(git: string): Promise<string> {
  const text = (path: string) => readFile(join(git, path), 'utf8').catch(() => '')
  const head = (await text('HEAD')).trim()
  const ref = /^ref: (refs\/[^\s]+)$/.exec(head)?.[1]
  if (ref === undefined || ref.includes('..')) return head
  const loose = (await text(ref)).trim()
  if (loose !== '') return loose
  const packed = (await text('packed-refs')).split('\n').find(line => line.endsWith(` ${ref}`))
  return packed?.split(' ')[0] ?? head
}
