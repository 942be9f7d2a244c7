import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { sha256OfFile } from '../domain/file-digest.ts'
import type { Package } from '../domain/package.ts'
import { findEntry } from './apk-archive.ts'

/**
 * What an apk says of itself in its control member (`.PKGINFO`), with the digest of the whole file. `file` is given as it will
 * lie in the repository. Fails with PACKAGE_FAILED when it is no apk.
 */
export async function readPackage(apk: string): Promise<Package> {
  const info = await findEntry(apk, name => name === '.PKGINFO').catch((cause: unknown) => {
    throw new Failure('PACKAGE_FAILED', `${basename(apk)} is not an apk that can be read`, { cause })
  })
  const value = (key: string): string => new RegExp(`^${key} = (.*)$`, 'm').exec(info?.text ?? '')?.[1] ?? ''
  const [name, version, arch] = [value('pkgname'), value('pkgver'), value('arch')]
  if (name === '' || version === '' || arch === '') {
    throw new Failure(
      'PACKAGE_FAILED',
      `${basename(apk)} has no .PKGINFO that names package, version and architecture`,
    )
  }
  const { size } = await stat(apk)
  return { name, version, arch, file: join(arch, basename(apk)), sha256: await sha256OfFile(apk), size }
}
