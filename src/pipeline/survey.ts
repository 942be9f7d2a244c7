import { isAbsolute, join } from 'node:path'
import { readApkoFile, type ApkoFile } from '../apko/apko-file.ts'
import type { Failure } from '../domain/failure.ts'
import { collect } from '../domain/failures.ts'
import { readMelangeFile, type MelangeFile } from '../melange/melange-file.ts'
import { undefinedVariables } from '../melange/undefined-variables.ts'
import type { Log } from '../ports.ts'
import { findFiles } from './find-files.ts'

export interface SurveyWish {
  /** Patterns of melange files; undefined when the action builds no packages. */
  readonly melange?: readonly string[]
  /** Patterns of apko files; undefined when the action builds no images. */
  readonly apko?: readonly string[]
  /** Absolute path. */
  readonly workspace: string
  /** Whether variables may be defined outside of the melange files. */
  readonly varsElsewhere: boolean
}

/** The user's files, read, and whatever is wrong with any of them. */
export interface Survey {
  readonly melange: readonly MelangeFile[]
  readonly apko: readonly ApkoFile[]
  readonly failures: readonly Failure[]
}

/** Finds and reads every file. */
export async function surveyFiles(wish: SurveyWish, log: Pick<Log, 'warning'>): Promise<Survey> {
  const { workspace } = wish
  const found: Failure[] = []
  const readAll = async <T>(
    input: string,
    patterns: readonly string[] | undefined,
    read: (absolute: string, file: string) => Promise<T>,
  ): Promise<readonly T[]> => {
    if (patterns === undefined) return []
    const fallback = `${input.replace('-config', '')}.yaml`
    const { files, failures } = await findFiles({ input, patterns, fallback, workspace })
    found.push(...failures)
    const values = await Promise.all(
      files.map(file => collect(found, () => read(absoluteOf(file, workspace), file))),
    )
    return values.filter(value => value !== undefined)
  }
  const melange = await readAll('melange-config', wish.melange, readMelangeFile)
  if (!wish.varsElsewhere) found.push(...melange.flatMap(undefinedVariables))
  const apko = await readAll('apko-config', wish.apko, (absolute, file) =>
    readApkoFile(absolute, file, workspace),
  )
  for (const { text, at } of apko.flatMap(({ warnings }) => warnings)) log.warning(text, at)
  return { melange, apko, failures: found }
}

function absoluteOf(file: string, workspace: string): string {
  return isAbsolute(file) ? file : join(workspace, file)
}
