import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { parseObject } from '../domain/json-object.ts'
import type { RecordFolder } from '../release/released.ts'
import { isRecord } from './record-shape.ts'
import { recordFile } from './run-record.ts'

/**
 * The records that the input "record" names, a line each: files, or the output folders that they are in. Fails with
 * CONFIG_MISSING when one is not there, CONFIG_INVALID when it is no record.
 */
export async function readRecords(
  input: string | undefined,
  workspace: string,
): Promise<readonly RecordFolder[]> {
  const names = (input ?? '')
    .split('\n')
    .map(name => name.trim())
    .filter(name => name !== '')
  return Promise.all([...new Set(names)].map(name => readOne(name, workspace)))
}

async function readOne(name: string, workspace: string): Promise<RecordFolder> {
  const path = resolve(workspace, name)
  const isFolder = await stat(path).then(
    found => found.isDirectory(),
    () => false,
  )
  const file = isFolder ? join(path, recordFile) : path
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Failure('CONFIG_MISSING', `input "record": ${JSON.stringify(name)} cannot be read`, {
      cause,
      hint: 'Is it the output "record" of an earlier step of this job, or a folder that was handed over whole?',
    })
  })
  const json = parseObject(text)
  if (!isRecord(json)) {
    throw new Failure('CONFIG_INVALID', `input "record": ${JSON.stringify(name)} is not a build record`, {
      hint: 'Give the giropops.json of a step of this action.',
    })
  }
  return { record: json, folder: dirname(file), file }
}
