import { chmod, lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Removes a folder with all that is in it, folders that forbid it included. False when something of others' is left. */
export async function removeTree(folder: string): Promise<boolean> {
  try {
    await rm(folder, { recursive: true, force: true })
    return true
  } catch {
    await openFolders(folder)
    return rm(folder, { recursive: true, force: true }).then(
      () => true,
      () => false,
    )
  }
}

/** Builds leave folders without write permission (Go's module cache), which keeps even their owner from emptying them. */
async function openFolders(folder: string): Promise<void> {
  await chmod(folder, 0o700).catch(() => {})
  const entries = await readdir(folder).catch(() => [])
  for (const entry of entries) {
    const path = join(folder, entry)
    const found = await lstat(path).catch(() => undefined)
    if (found?.isDirectory()) await openFolders(path)
  }
}
