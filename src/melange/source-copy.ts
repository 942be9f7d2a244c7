import { constants, type Dirent } from 'node:fs'
import { copyFile, lstat, mkdir, readdir, readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Copies a source folder for one build (a clone where the file system can), links as they are. Left out: what `exclude` names
 * (absolute paths), the target itself, sockets, pipes and devices. Throws what the file system throws.
 */
export async function copySource(source: string, target: string, exclude: readonly string[]): Promise<void> {
  await copyFolder(source, target, new Set([...exclude, target]))
}

async function copyFolder(from: string, to: string, left: ReadonlySet<string>): Promise<void> {
  const { mode } = await lstat(from)
  await mkdir(to, { recursive: true, mode: (mode & 0o777) | 0o700 })
  const entries = await readdir(from, { withFileTypes: true })
  const kept = entries.filter(entry => !left.has(join(from, entry.name)))
  await Promise.all(kept.filter(entry => !entry.isDirectory()).map(entry => copyEntry(entry, from, to)))
  for (const entry of kept) {
    if (entry.isDirectory()) await copyFolder(join(from, entry.name), join(to, entry.name), left)
  }
}

async function copyEntry(entry: Dirent, from: string, to: string): Promise<void> {
  const [source, target] = [join(from, entry.name), join(to, entry.name)]
  if (entry.isFile()) await copyFile(source, target, constants.COPYFILE_FICLONE)
  else if (entry.isSymbolicLink()) await symlink(await readlink(source), target)
}
