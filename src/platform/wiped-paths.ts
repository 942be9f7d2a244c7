import { lstat, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Overwrites every file below the path, then removes it all; links are removed, not followed. Nothing when it is not there. */
export async function wipePath(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return
  if (found.isFile()) {
    await writeFile(path, Buffer.alloc(found.size))
  } else if (found.isDirectory()) {
    for (const entry of await readdir(path)) await wipePath(join(path, entry))
  }
  await rm(path, { recursive: true, force: true })
}
