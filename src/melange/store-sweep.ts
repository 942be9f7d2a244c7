import { lstat, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { manifestFile } from './store-manifest.ts'

const day = 24 * 60 * 60 * 1000

/**
 * Removes entries until what is left is at most `most` bytes: those first whose manifest was touched longest ago, which each use
 * does. What runs that died left in the making goes after a day.
 */
export async function sweepStore(folder: string, most: number, now: Date): Promise<void> {
  const fresh = join(folder, '.fresh')
  for (const name of await readdir(fresh).catch(() => [])) {
    const found = await stat(join(fresh, name)).catch(() => undefined)
    if (found !== undefined && now.getTime() - found.mtimeMs > day) {
      await rm(join(fresh, name), { recursive: true, force: true })
    }
  }
  const entries = await Promise.all(
    (await readdir(folder)).filter(name => name !== '.fresh').map(name => weigh(folder, name)),
  )
  let size = entries.reduce((sum, entry) => sum + entry.size, 0)
  for (const entry of entries.toSorted((a, b) => a.used - b.used)) {
    if (size <= most) return
    const aside = await mkdtemp(join(fresh, 'old-'))
    // Another run may sweep at the same time.
    await rename(join(folder, entry.name), join(aside, entry.name)).catch(() => {})
    await rm(aside, { recursive: true, force: true })
    size -= entry.size
  }
}

async function weigh(folder: string, name: string): Promise<{ name: string; size: number; used: number }> {
  const entry = join(folder, name)
  const used = await stat(join(entry, manifestFile)).catch(() => undefined)
  const files = await readdir(entry).catch(() => [])
  const sizes = await Promise.all(files.map(file => lstat(join(entry, file)).catch(() => undefined)))
  return {
    name,
    size: sizes.reduce((sum, found) => sum + (found?.size ?? 0), 0),
    used: used?.mtimeMs ?? 0,
  }
}
