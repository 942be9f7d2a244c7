import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { FileOfRecord } from '../domain/build-record.ts'
import { sha256Hex } from '../domain/digest.ts'

/** The files that a run builds from, by the names they were given, with their sha256. */
export async function hashFiles(
  files: readonly string[],
  workspace: string,
): Promise<readonly FileOfRecord[]> {
  return Promise.all(
    files.map(async name => ({ name, sha256: sha256Hex(await readFile(resolve(workspace, name))) })),
  )
}
