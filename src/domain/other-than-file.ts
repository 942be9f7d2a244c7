import { lstat, readlink, stat } from 'node:fs/promises'

/** What stands at a path instead of a file: `a folder`, `a pipe`, …; undefined for a file, and where there is nothing. */
export async function otherThanFile(path: string): Promise<string | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) return undefined
  if (found?.isDirectory()) return 'a folder'
  if (found?.isFIFO()) return 'a pipe'
  if (found !== undefined) return found.isSocket() ? 'a socket' : 'a device'
  const link = await lstat(path).catch(() => undefined)
  if (!link?.isSymbolicLink()) return undefined
  return `a link to ${await readlink(path)}, which cannot be followed`
}
