import { constants, type Dirent } from 'node:fs'
import { copyFile, link, lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises'
import { join, relative } from 'node:path'

/**
 * Lays out a source folder again for one build, links as they are. Folders are new, for melange writes probe files into them,
 * on which another build's walk would trip; files, which it only reads, are hard links, or copies where those are not to be
 * had. Left out: what `exclude` names (absolute paths, links in them followed too), the target itself, sockets, pipes and devices.
 * Throws what the file system throws.
 */
export async function copySource(source: string, target: string, exclude: readonly string[]): Promise<void> {
  const left = new Set([...exclude, target, ...(await realNames(source, exclude))])
  let takeFile = linkOrCopy
  const copyEntry = async (entry: Dirent, from: string, to: string): Promise<void> => {
    const [path, copy] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isSymbolicLink()) await symlink(await readlink(path), copy)
    else if (entry.isFile() && (await takeFile(path, copy)) === 'copied') takeFile = copyOnly
  }
  const copyFolder = async (from: string, to: string): Promise<void> => {
    const { mode } = await lstat(from)
    await mkdir(to, { recursive: true, mode: (mode & 0o777) | 0o700 })
    const entries = await readdir(from, { withFileTypes: true })
    const kept = entries.filter(entry => !left.has(join(from, entry.name)))
    const [folders, others] = [kept.filter(isFolder), kept.filter(entry => !isFolder(entry))]
    await Promise.all(others.map(entry => copyEntry(entry, from, to)))
    for (const { name } of folders) await copyFolder(join(from, name), join(to, name))
  }
  await copyFolder(source, target)
}

/** Where the paths really are, as the walk from `source` names it. */
async function realNames(source: string, paths: readonly string[]): Promise<readonly string[]> {
  const base = await realpath(source)
  const real = await Promise.all(paths.map(path => realpath(path).catch(() => path)))
  return real.map(path => join(source, relative(base, path)))
}

const isFolder = (entry: Dirent): boolean => entry.isDirectory()

async function linkOrCopy(from: string, to: string): Promise<'linked' | 'copied'> {
  try {
    await link(from, to)
    return 'linked'
  } catch {
    return copyOnly(from, to)
  }
}

/** A clone where the file system can. */
async function copyOnly(from: string, to: string): Promise<'copied'> {
  await copyFile(from, to, constants.COPYFILE_FICLONE)
  return 'copied'
}
