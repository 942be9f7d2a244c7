import { basename } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { explainConfig } from './explain-config.ts'
import { explainIndex } from './explain-index.ts'
import { explainUnresolved } from './explain-unresolved.ts'
import type { FailedBuild } from './failed-build.ts'
import { updateHint } from './read-lock.ts'

/** The failure that tells what went wrong in `apko build`, the real cause first, and what to do about it. */
export function explainFailure(build: FailedBuild): Failure {
  const text = build.log.errors.join('\n')
  return (
    explainDisk(text) ??
    explainConfig(build, text) ??
    explainIndex(build, text) ??
    explainUnresolved(build, text) ??
    explainLocked(build, text) ??
    explainFetch(build, text) ??
    unexplained(build, text)
  )
}

function explainDisk(text: string): Failure | undefined {
  const match = /(?:([^\s:]+): )?no space left on device/.exec(text)
  if (match === null) return undefined
  const where = match[1] === undefined ? '' : `, seen while writing ${match[1]}`
  return new Failure('DISK_FULL', `the disk is full${where}`, {
    hint: 'Free some space before this step, or take a bigger disk for the input "output" and the temporary files.',
  })
}

/** A package that the lock names and the repository does not have, or no longer. */
function explainLocked({ file }: FailedBuild, text: string): Failure | undefined {
  if (!text.includes('failed installation from lockfile')) return undefined
  const gone =
    /fetching package "([^"]+)": (?:failed to read repository package apk (\S+): open .*no such file or directory|unable to get package apk at (\S+): .*status code:? (?:404|410))/
  const [, name = '', path, url] = gone.exec(text) ?? []
  const address = path ?? url
  if (address === undefined) return undefined
  const title = basename(address).replace(/\.apk$/, '')
  const message = `the lock of ${file.file} is out of date: it names ${title}, which the repository does not have (${address})`
  const at = file.placeOfPackage(name)
  return new Failure('LOCK_STALE', message, { hint: updateHint, ...(at && { at }) })
}

/** A package that the index lists and the repository does not give. */
function explainFetch({ file }: FailedBuild, text: string): Failure | undefined {
  const pattern = /fetching package "([^"]+)": unable to get package apk at (\S+): .*status code:? (\d{3})/
  const [, name = '', url, status] = pattern.exec(text) ?? []
  if (url === undefined) return undefined
  const at = file.placeOfPackage(name)
  return new Failure(
    'PACKAGE_UNRESOLVED',
    `${url} answers ${status}, though the repository's index lists it`,
    {
      hint: 'The repository is being updated or is out of step with its index: try again, or take another mirror.',
      ...(at && { at }),
    },
  )
}

function unexplained({ file, apko, code, log }: FailedBuild, text: string): Failure {
  const last = text === '' ? log.tail.join('\n') : text
  const message = `apko ${apko.version} could not build ${file.file} (exit code ${code})`
  return new Failure('IMAGE_FAILED', last === '' ? message : `${message}:\n${last}`, {
    at: file.placeOf([]),
    hint: 'The lines of apko are in the log above.',
  })
}
