import { glob } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { LocalRepository } from '../domain/package.ts'

/** The repository that an earlier step built: a folder with its public key inside. Fails with CONFIG_MISSING when it is not one. */
export async function openRepositoryFolder(
  path: string | undefined,
  workspace: string,
): Promise<LocalRepository | undefined> {
  if (path === undefined) return undefined
  const folder = resolve(workspace, path)
  const keys = await Array.fromAsync(glob('*.rsa.pub', { cwd: folder }))
  const indexes = await Array.fromAsync(glob('*/APKINDEX.tar.gz', { cwd: folder }))
  const [key] = keys.sort()
  if (key !== undefined && indexes.length > 0) return { folder, publicKey: join(folder, key), packages: [] }
  const lacking = indexes.length === 0 ? 'an <architecture>/APKINDEX.tar.gz' : 'a public key (*.rsa.pub)'
  throw new Failure(
    'CONFIG_MISSING',
    `input "packages": the folder ${JSON.stringify(path)} has not got ${lacking}`,
    {
      hint: 'Give the output "packages" of a package step, or the folder that was uploaded from it.',
    },
  )
}
