import { access } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import type { BuildRecord, ImageOfRecord, PackagesOfRecord } from '../domain/build-record.ts'
import { Failure } from '../domain/failure.ts'

/** A record, and the folder that its paths are relative to. */
export interface RecordFolder {
  readonly record: BuildRecord
  /** Absolute paths of the folder and of the record's file. */
  readonly folder: string
  readonly file: string
}

/** What the runs made together that are released: one may have built packages, one images of them, one have signed those. */
export interface Released {
  readonly images: readonly ImageOfRecord[]
  readonly packages?: PackagesOfRecord | undefined
  /** Commit that it was made from, when they name one. */
  readonly commit?: string | undefined
}

/** Joins the records: an image by its digest, with what each knows of it. Fails with INPUT_INVALID when they are of several commits. */
export function joinRecords(folders: readonly RecordFolder[]): Released {
  const records = folders.map(({ record }) => record)
  const commits = [...new Set(records.flatMap(({ run }) => run.commit ?? []))]
  if (commits.length > 1) {
    throw new Failure(
      'INPUT_INVALID',
      `input "record": the records are of several commits: ${commits.join(', ')}`,
      {
        hint: 'Give the records of one workflow run.',
      },
    )
  }
  const images = new Map<string, ImageOfRecord>()
  for (const image of records.flatMap(record => record.images)) {
    const known = images.get(image.digest)
    images.set(image.digest, known === undefined ? image : joined(known, image))
  }
  return {
    images: [...images.values()],
    packages: records.find(({ packages }) => packages !== undefined)?.packages,
    commit: commits[0],
  }
}

function joined(one: ImageOfRecord, other: ImageOfRecord): ImageOfRecord {
  const fuller = other.platforms.length > one.platforms.length ? other : one
  const signed = other.signed ?? one.signed
  const tags = [...new Set([...(one.pushed?.tags ?? []), ...(other.pushed?.tags ?? [])])]
  const pushed = other.pushed ?? one.pushed
  return {
    ...fuller,
    ...(signed === undefined ? {} : { signed }),
    ...(pushed === undefined ? {} : { pushed: { ...pushed, tags } }),
  }
}

/** Where a file is that a record names. Fails with CONFIG_MISSING when it is in none of the folders, CONFIG_INVALID when it leads out of them. */
export async function findReleased(file: string, folders: readonly RecordFolder[]): Promise<string> {
  if (isAbsolute(file) || normalize(file).startsWith('..')) {
    throw new Failure(
      'CONFIG_INVALID',
      `input "record": the record names ${JSON.stringify(file)}, which is outside of its folder`,
    )
  }
  for (const { folder } of folders) {
    const path = join(folder, file)
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) return path
  }
  throw new Failure(
    'CONFIG_MISSING',
    `input "record": the record names ${JSON.stringify(file)}, which is not beside it`,
    {
      hint: 'Keep giropops.json in the output folder of its step, and hand that folder over as a whole between jobs.',
    },
  )
}
