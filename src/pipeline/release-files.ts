import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { basename, isAbsolute, relative, resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import { sha256OfFile } from '../domain/file-digest.ts'
import { assetName } from '../release/asset-name.ts'
import { largestAsset } from '../release/local-asset.ts'
import { findFiles } from './find-files.ts'

/**
 * The files that the input "assets" names, absolute paths. Whatever a release would not take is told at once, before anything
 * is built: what is no file, empty, too large or cannot be read, symlinks out of the workspace, two files of one name, and
 * names of our own (INPUT_INVALID; CONFIG_MISSING where nothing matches).
 */
export async function findReleaseFiles(
  patterns: readonly string[],
  workspace: string,
): Promise<readonly string[]> {
  if (patterns.length === 0) return []
  const found = await findFiles({ input: 'assets', patterns, fallback: '', workspace })
  const failures = [...found.failures]
  const byName = new Map<string, string>()
  for (const file of found.files) {
    await collect(failures, async () => {
      await checkFile(file, workspace)
      await checkName(file, { workspace, byName })
    })
  }
  throwIfAny(failures)
  return found.files.map(file => resolve(workspace, file))
}

async function checkFile(file: string, workspace: string): Promise<void> {
  const path = resolve(workspace, file)
  const found = await stat(path).catch((cause: unknown) => {
    throw wrong(file, 'cannot be read', { hint: 'Is it a link to something that is not there?', cause })
  })
  if (!found.isFile()) {
    const what = found.isDirectory() ? 'is a folder' : 'is no file'
    throw wrong(file, what, { hint: `A release takes files: pack it, or name those in it ("${file}/*").` })
  }
  await access(path, constants.R_OK).catch((cause: unknown) => {
    throw wrong(file, 'cannot be read', { hint: 'Whose is it, and who may read it?', cause })
  })
  if (found.size === 0 || found.size > largestAsset)
    throw wrong(file, `has ${found.size} bytes`, { hint: 'A release takes files of 1 byte to 2 GiB.' })
  if (isOutside(path, workspace)) return
  const [target, root] = await Promise.all([realpath(path), realpath(workspace)])
  if (isOutside(target, root)) {
    throw wrong(file, 'is or is behind a link that leads out of the workspace', {
      hint: 'Name the file that is meant by its own path, or copy it into the workspace.',
    })
  }
}

function isOutside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return isAbsolute(way) || way === '..' || way.startsWith('../')
}

async function checkName(
  file: string,
  { workspace, byName }: { readonly workspace: string; readonly byName: Map<string, string> },
): Promise<void> {
  const name = assetName(basename(file))
  if (/^(checksums\.txt|packages\.tar|images\.txt|giropops(\.\d+)?\.json)$/.test(name)) {
    throw wrong(file, `would be the asset ${JSON.stringify(name)}, which is made for the release itself`, {
      hint: 'Leave it out, or rename it.',
    })
  }
  const known = byName.get(name)
  byName.set(name, known ?? file)
  if (known === undefined) return
  const [one, other] = await Promise.all([known, file].map(each => sha256OfFile(resolve(workspace, each))))
  if (one === other) return
  throw new Failure(
    'INPUT_INVALID',
    `input "assets": ${JSON.stringify(known)} and ${JSON.stringify(file)} would both be the asset ${JSON.stringify(name)}`,
    { hint: 'A release has no folders; rename one of them.' },
  )
}

function wrong(
  file: string,
  what: string,
  details: { readonly hint: string; readonly cause?: unknown },
): Failure {
  return new Failure('INPUT_INVALID', `input "assets": ${JSON.stringify(file)} ${what}`, details)
}
