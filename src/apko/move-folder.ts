import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/**
 * Moves a finished folder to where it is wanted, by one rename: there is either the old result or the whole new one. What was
 * there is removed; between two file systems it is copied beside its place first.
 */
export async function moveFolder(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  const beside = await mkdtemp(join(dirname(to), `.${basename(to)}-`))
  const [ready, old] = [join(beside, 'new'), join(beside, 'old')]
  try {
    await rename(from, ready).catch(async (error: unknown) => {
      if (!isCode(error, 'EXDEV')) throw error
      await cp(from, ready, { recursive: true, verbatimSymlinks: true })
    })
    const replaces = await rename(to, old).then(
      () => true,
      (error: unknown) => {
        if (!isCode(error, 'ENOENT')) throw error
        return false
      },
    )
    await rename(ready, to).catch(async (error: unknown) => {
      if (replaces) await rename(old, to)
      throw error
    })
  } finally {
    await rm(beside, { recursive: true, force: true })
  }
  await rm(from, { recursive: true, force: true })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
