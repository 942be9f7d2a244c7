import type { BuildWatch } from './build-watch.ts'
import type { Explanation } from './explanation.ts'
import type { MelangeFile } from './melange-file.ts'
import { entriesOf, isRecord, textOr } from './yaml-value.ts'

/** What went wrong between melange and the repositories of the build environment; undefined when it was something else. */
export function explainRepositories(
  file: MelangeFile,
  watch: BuildWatch,
  error: string,
): Explanation | undefined {
  return explainUnresolved(file, watch, error) ?? explainIndex(file, watch, error)
}

function explainUnresolved(file: MelangeFile, watch: BuildWatch, error: string): Explanation | undefined {
  const wanted = [...error.matchAll(/solving "([^"]+)" constraint/g)].map(([, name = '']) => name)
  if (wanted.length === 0) return undefined
  const [first = '', last = first] = [wanted[0], wanted.at(-1)]
  const reason = error.slice(error.lastIndexOf('constraint: ') + 'constraint: '.length)
  const chain = first === last ? '' : ` (which ${first} needs)`
  const unread = watch.warnings.map(text => /^getting local index (\S+):/.exec(text)?.[1]).find(Boolean)
  const hint =
    unread === undefined
      ? 'Check the name, and that one of the repositories (environment.contents.repositories, "repository-append") has it for this architecture.'
      : `There is no index ${unread}: check the repository, and that it has this architecture.`
  return {
    code: 'PACKAGE_UNRESOLVED',
    what: `package ${last}${chain} cannot be resolved: ${reason}`,
    at: entryPlace(file, 'packages', entry => nameOf(entry) === nameOf(first)),
    hint,
  }
}

function explainIndex(file: MelangeFile, watch: BuildWatch, error: string): Explanation | undefined {
  const index = /reading index (\S+?)\/[^/\s]+\/APKINDEX\.tar\.gz: (.*)$/s.exec(error)
  if (index === null) return undefined
  const [, repository = '', reason = ''] = index
  const at = entryPlace(
    file,
    'repositories',
    entry => entry.replace(/^@\S+ /, '').replace(/\/$/, '') === repository,
  )
  const what = `the index of the repository ${repository} cannot be used: ${reasonOf(reason)}`
  const hint = hintFor(reason, watch)
  const code = reason.includes('giving up after') ? 'NETWORK_FAILED' : 'PACKAGE_FAILED'
  return { code, what, at, ...(hint !== undefined && { hint }) }
}

function reasonOf(reason: string): string {
  const status = /unexpected status code (\d+)/.exec(reason)?.[1]
  if (status !== undefined) return `it answers with status ${status}`
  const tries = /giving up after (\d+) attempt/.exec(reason)?.[1]
  if (tries === undefined) return reason
  const last = /(?:connect|dial tcp|lookup)[^:]*: ([^:]+)$/.exec(reason)?.[1]
  return `no good answer in ${tries} attempts${last === undefined ? '' : ` (${last})`}`
}

function hintFor(reason: string, watch: BuildWatch): string | undefined {
  if (/no keys provided|no signature with known key/.test(reason)) {
    const signer = /skipping signature \.SIGN\.\w+\.(\S+) /.exec(watch.warnings.join('\n'))?.[1]
    const which = signer === undefined ? 'the public key of the distribution' : `the public key ${signer}`
    return `Give ${which} in "keyring-append" or environment.contents.keyring.`
  }
  if (/status code 40[13]/.test(reason))
    return 'The repository wants a login: give HTTP_AUTH (basic:REALM:USER:PASSWORD) in the environment.'
  if (/status code 404/.test(reason))
    return 'Check the address, and that the repository has this architecture.'
  if (reason.includes('giving up after'))
    return 'Check the address and the network; run again when the repository is back.'
  return undefined
}

function entryPlace(
  file: MelangeFile,
  list: 'packages' | 'repositories',
  wanted: (entry: string) => boolean,
) {
  const environment = isRecord(file.value) ? file.value['environment'] : undefined
  const contents = isRecord(environment) ? environment['contents'] : undefined
  const entries = entriesOf(isRecord(contents) ? contents[list] : undefined)
  const index = entries.findIndex(entry => wanted(textOr(entry, '')))
  const path = ['environment', 'contents', list]
  return file.placeOf(index === -1 ? path : [...path, index])
}

/** `busybox` of `busybox=1.35.0-r4@local`. */
function nameOf(constraint: string): string {
  return constraint.replace(/[=<>~@].*$/, '')
}
