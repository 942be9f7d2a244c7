import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, dirname, join } from 'node:path'

const day = 24 * 60 * 60 * 1000

/** Folder of everything the kit makes, outside the checkout: GIROPOPS_KIT_CACHE, or one of the user's cache folder. */
export function kitCache(): string {
  const { GIROPOPS_KIT_CACHE: own, XDG_CACHE_HOME: base } = process.env
  return own || join(base || join(homedir(), '.cache'), 'giropops-build-kit')
}

/**
 * Folder `<cache>/<key>`, made by `make` when it is not there yet: `make` fills a fresh folder beside it, which then gets
 * its name by one rename. Whoever is second of two at once throws its own away. A failing `make` leaves nothing.
 */
export async function once(key: string, make: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(kitCache(), key)
  if (existsSync(folder)) return folder
  await mkdir(dirname(folder), { recursive: true })
  await sweep(folder)
  const fresh = await mkdtemp(`${folder}.new-`)
  try {
    await chmod(fresh, 0o755)
    await make(fresh)
    await rename(fresh, folder).catch((failed: unknown) => {
      if (!existsSync(folder)) throw failed
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
  return folder
}

/** Removes what runs that were killed a day ago or more left beside the folder. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.new-`)) continue
    const left = join(dirname(folder), name)
    const { mtimeMs } = await stat(left).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > day) await rm(left, { recursive: true, force: true })
  }
}
