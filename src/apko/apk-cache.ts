import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Takes out of apko's package cache what it kept from repositories below `folder`, whose path no other run will have: a cache
 * that is kept would only grow by it. Entries are named by the repository's URL, percent-encoded.
 */
export async function forgetRepositories(cacheDir: string, folder: string): Promise<void> {
  const names = await readdir(cacheDir).catch(() => [])
  const gone = names.filter(name => urlOf(name).startsWith(`file://${folder}/`))
  await Promise.all(gone.map(name => rm(join(cacheDir, name), { recursive: true, force: true })))
}

function urlOf(name: string): string {
  try {
    return decodeURIComponent(decodeURIComponent(name.replaceAll('+', ' ')))
  } catch {
    return name
  }
}
