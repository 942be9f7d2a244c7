import { Failure, type SourcePlace } from '../domain/failure.ts'
import type { ApkoFile } from './apko-file.ts'
import type { FailedBuild } from './failed-build.ts'

/** What apko does not like in its file, keys or arguments; undefined when it is something else. */
export function explainConfig(build: FailedBuild, text: string): Failure | undefined {
  return (
    explainYaml(build, text) ??
    explainNoRepository(build, text) ??
    explainKeyFile(text) ??
    explainFlag(build, text)
  )
}

/** Repositories of the build alone (`build-repository-append`) are not enough for apko: an image without any fails. */
function explainNoRepository({ file }: FailedBuild, text: string): Failure | undefined {
  if (!text.includes('must provide at least one repository')) return undefined
  return new Failure('CONFIG_INVALID', `${file.file} names no package repository that goes into the image`, {
    at: file.placeOf(['contents']),
    hint: 'Name one in contents.repositories or in the input "repository-append"; those that are for the build alone do not do.',
  })
}

function explainYaml({ file, apko }: FailedBuild, text: string): Failure | undefined {
  if (!text.includes('failed to load image configuration')) return undefined
  const [, number, wrong] = /line (\d+): (.+)/.exec(text) ?? []
  const at = placeOfLine(file, number, text.includes('failed to read include file'))
  const place = `${at.file}:${at.line ?? 1}: apko ${apko.version}`
  const unknown = /field (\S+) not found in type/.exec(wrong ?? '')?.[1]
  if (unknown !== undefined) {
    const hint = 'Correct the key, take it out, or take a version of apko that knows it.'
    return new Failure('CONFIG_INVALID', `${place} does not know "${unknown}"`, { at, hint })
  }
  const [first = ''] = text.split('\n')
  const reason = wrong ?? first.replace(/^.*configuration: /, '')
  const hint = 'Correct the apko file; apko show-config reads it alone.'
  return new Failure('CONFIG_INVALID', `${place} cannot read it: ${reason}`, { at, hint })
}

/** apko tells the line, but not of which file. */
function placeOfLine(file: ApkoFile, line: string | undefined, included: boolean): SourcePlace {
  if (included) return file.placeOf(['include'])
  return line === undefined ? file.placeOf([]) : { file: file.file, line: Number(line) }
}

function explainKeyFile(text: string): Failure | undefined {
  const [, key, reason = ''] = /failed to read apk key: open ([^:]+): ([^\n]+)/.exec(text) ?? []
  if (key === undefined) return undefined
  return new Failure('CONFIG_MISSING', `the key ${key} cannot be read: ${reason}`, {
    hint: 'Correct its path in keyring-append or in contents.keyring; paths are relative to the workspace.',
  })
}

function explainFlag({ apko }: FailedBuild, text: string): Failure | undefined {
  const [, flag] = /unknown (?:shorthand )?flag: ([^\n]+)/.exec(text) ?? []
  if (flag === undefined) return undefined
  return new Failure('INPUT_INVALID', `apko ${apko.version} build does not take ${flag}`, {
    hint: `It takes ${[...apko.flags].sort().join(', ')}; see the input apko-args.`,
  })
}
