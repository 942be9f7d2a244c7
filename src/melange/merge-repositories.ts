import { constants } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { LocalRepository, Package } from '../domain/package.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import { fileFailure } from './file-failure.ts'
import { readPackage } from './package-info.ts'
import { adoptPackages, apksIn } from './repository-index.ts'
import { signApks } from './sign-apks.ts'
import type { VerifiedApk } from './verify-repository.ts'

export interface MergeRequest {
  readonly apks: readonly VerifiedApk[]
  readonly melange: Tool
  readonly key: SigningKey
  /** Absolute folder that the repository ends up in; what was there is replaced, in one rename. */
  readonly repository: string
}

/**
 * Makes one repository of verified packages: copies, each signed anew and indexed with the key of this job, which is the only one left. Fails
 * with PACKAGES_INVALID, DISK_FULL or PACKAGE_FAILED; the target is as before then.
 */
export async function mergeRepositories(
  { apks, melange, key, repository }: MergeRequest,
  ports: Pick<Ports, 'processes'>,
): Promise<LocalRepository> {
  const scratch = await mkdtemp(`${repository}-`)
  try {
    const [folder, temp] = [join(scratch, 'packages'), join(scratch, 'temp')]
    for (const path of [folder, temp]) await mkdir(path, { mode: 0o755 })
    await copyFile(key.publicKey, join(folder, basename(key.publicKey)))
    await chmod(join(folder, basename(key.publicKey)), 0o644)
    const packages: Package[] = []
    for (const [lane, ofLane] of Map.groupBy(apks, each => each.lane)) {
      await mkdir(join(folder, lane))
      const copies = ofLane.map(({ path }) => ({ path, copy: join(folder, lane, basename(path)) }))
      for (const { path, copy } of copies) await copyFile(path, copy, constants.COPYFILE_FICLONE)
      for (const { copy } of copies) await chmod(copy, 0o644)
      await signApks({ melange, key, apks: copies.map(({ copy }) => copy), temp }, ports)
      await adoptPackages({ melange, key, folder: join(folder, lane), fresh: [], scratch: temp }, ports)
      for (const apk of await apksIn(join(folder, lane))) {
        packages.push({ ...(await readPackage(apk)), file: join(lane, basename(apk)) })
      }
    }
    await rm(repository, { recursive: true, force: true })
    await rename(folder, repository)
    return { folder: repository, publicKey: join(repository, basename(key.publicKey)), packages }
  } catch (error) {
    throw fileFailure(error, 'merging the package repositories')
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}
