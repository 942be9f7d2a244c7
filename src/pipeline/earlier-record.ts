import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { BuildRecord, ImageOfRecord } from '../domain/build-record.ts'
import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'

/** The record of the run that built an image, and the image in it. */
export interface EarlierBuild {
  readonly record: BuildRecord
  readonly image: ImageOfRecord
  /** Absolute path of the folder that paths in the record are relative to. */
  readonly output: string
}

/** Reads `giropops.json` and finds the image by its digest. Fails with CONFIG_MISSING when it is not there or not in it. */
export async function readEarlierBuild(
  file: string,
  digest: Digest,
  workspace: string,
): Promise<EarlierBuild> {
  const path = resolve(workspace, file)
  const record = await readFile(path, 'utf8')
    .then(text => JSON.parse(text) as Partial<BuildRecord>)
    .catch((cause: unknown) => {
      throw new Failure(
        'CONFIG_MISSING',
        `input "record": ${JSON.stringify(file)} cannot be read as a build record`,
        { cause },
      )
    })
  const image = record.images?.find(each => each.digest === digest)
  if (image === undefined) {
    throw new Failure(
      'CONFIG_MISSING',
      `input "record": ${JSON.stringify(file)} tells of no image ${digest}`,
      {
        hint: 'Give the output "record" of the step that built this very image, or leave "record" out.',
      },
    )
  }
  return { record: record as BuildRecord, image, output: dirname(join(path)) }
}
