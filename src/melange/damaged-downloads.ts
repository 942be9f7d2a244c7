import { mkdir, readdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { takesFlag } from '../domain/tool.ts'
import type { BuildJob, BuildRequest } from './build-request.ts'
import { removeTree } from './remove-tree.ts'

/** How melange ends when a package that it downloaded earlier is cut off, or is another one. */
const damage =
  /: installing (apk )?packages: .*(\bEOF$|gzip: |flate: |archive\/tar: |(hash|checksum) mismatch)/

/**
 * The same build with fresh downloads, in a folder of the run, where it failed of damaged ones; undefined where that would not help.
 * The damaged ones stay until {@link replaceDamaged}: other builds are using what is whole of them.
 */
export function withFreshDownloads(job: BuildJob, error: unknown): BuildJob | undefined {
  const { request } = job
  const { options, melange } = request
  if (!(error instanceof Failure) || error.code !== 'PACKAGE_FAILED') return undefined
  if (!damage.test(error.message.split('\n')[0] ?? '')) return undefined
  if (options.apkCacheDir === undefined || !takesFlag(melange, '--apk-cache-dir')) return undefined
  return { ...job, request: { ...request, options: { ...options, apkCacheDir: freshDownloads(request) } } }
}

/** Puts fresh downloads, where a build needed them, in the place of the damaged ones; when no build runs any more. Never fails. */
export async function replaceDamaged(request: BuildRequest): Promise<void> {
  const { apkCacheDir } = request.options
  const names = await readdir(freshDownloads(request)).catch(() => undefined)
  if (names === undefined || apkCacheDir === undefined) return
  for (const name of await readdir(apkCacheDir).catch(() => [])) await removeTree(join(apkCacheDir, name))
  await mkdir(apkCacheDir, { recursive: true, mode: 0o700 }).catch(() => {})
  // On another disk they can't be moved: what is needed is downloaded anew.
  for (const name of names) {
    await rename(join(freshDownloads(request), name), join(apkCacheDir, name)).catch(() => {})
  }
}

function freshDownloads({ scratch }: BuildRequest): string {
  return join(scratch, 'downloads')
}
