import { Failure, type FailureCode } from '../domain/failure.ts'
import type { FailedBuild } from './failed-build.ts'
import { isBuiltRepository } from './local-repository.ts'

/** Why the index of a package repository was not taken; undefined when it is something else. */
export function explainIndex(build: FailedBuild, text: string): Failure | undefined {
  const [, index, reason = ''] = /reading index (\S+): ([^\n]+)/.exec(text) ?? []
  const [, repository = '', arch = ''] = /^(.+)\/([^/]+)\/[^/]+$/.exec(index ?? '') ?? []
  if (index === undefined) return undefined
  const problem = { build, index, repository, arch, reason }
  const { code, wrong, hint } = signature(problem) ?? status(problem) ?? network(problem) ?? other(problem)
  const at = build.file.placeOfRepository(repository)
  const message = `the package repository ${repository} cannot be used for ${arch}: ${wrong}`
  return new Failure(code, message, { hint, ...(at && { at }) })
}

interface Problem {
  readonly build: FailedBuild
  readonly index: string
  readonly repository: string
  readonly arch: string
  readonly reason: string
}

interface Explanation {
  readonly code: FailureCode
  readonly wrong: string
  readonly hint: string
}

function signature({ build, repository, reason }: Problem): Explanation | undefined {
  const signed = /failed to find key name in signature file name: (\S+)/.exec(reason)?.[1]
  if (signed?.startsWith('.SIGN.') === true) {
    const wrong = `apko ${build.apko.version} does not know signatures of the kind ${signed}`
    return { code: 'TOOL_UNSUITED', wrong, hint: 'Take apko 0.18 or later, which reads RSA256.' }
  }
  if (signed !== undefined) {
    const hint = 'Sign it with melange sign-index; an unsigned index is never taken.'
    return { code: 'PACKAGE_UNRESOLVED', wrong: 'its index is not signed', hint }
  }
  return /no keys? |no signature with known key/.test(reason)
    ? keyMissing({ build, repository, reason })
    : undefined
}

function keyMissing({
  build,
  repository,
  reason,
}: Pick<Problem, 'build' | 'repository' | 'reason'>): Explanation {
  const skipped = build.log.warnings.flatMap(line => /missing keyfile: (\S+)/.exec(line)?.[1] ?? [])
  const name = /for keyfile ([^\s;]+)/.exec(reason)?.[1] ?? skipped[0]
  const known = /one of: \[([^\]]*)\]/.exec(reason)?.[1]
  const by = name === undefined ? '' : `, which is by ${name}`
  const others = known === undefined ? '' : ` (known: ${known})`
  const hint = isBuiltRepository(repository)
    ? `Give the public key that the packages were signed with, ${name ?? 'melange.rsa.pub'}, in keyring-append.`
    : `Add the repository's public key${name === undefined ? '' : ` ${name}`} to keyring-append or to contents.keyring.`
  return { code: 'PACKAGE_UNRESOLVED', wrong: `there is no key for its signature${by}${others}`, hint }
}

function status({ reason, arch, index }: Problem): Explanation | undefined {
  const found = /status code:? (\d{3})/.exec(reason)?.[1]
  const number = found ?? (reason.includes('repository index not found') ? '404' : undefined)
  if (number === undefined) return undefined
  const wrong = `${index} answers ${number}`
  if (number === '404') {
    const hint = `Check the address, and that the repository has packages for ${arch}.`
    return { code: 'PACKAGE_UNRESOLVED', wrong, hint }
  }
  if (number === '401' || number === '403') {
    const hint =
      'The repository wants a login: apko takes it from the environment variable HTTP_AUTH, basic:<host>:<user>:<password>.'
    return { code: 'PACKAGE_UNRESOLVED', wrong, hint }
  }
  return { code: 'NETWORK_FAILED', wrong, hint: 'Try again later, or take another mirror.' }
}

function network({ reason }: Problem): Explanation | undefined {
  if (!/dial tcp|giving up after|timeout|connection reset|tls: |x509: |EOF$/.test(reason)) return undefined
  const wrong = reason.slice(reason.search(/dial tcp|tls: |x509: |[^:]*$/)).trim()
  const hint =
    'Check the address and that this machine reaches it (proxy settings, DNS), or take another mirror.'
  return { code: 'NETWORK_FAILED', wrong, hint }
}

function other({ reason, index }: Problem): Explanation {
  const wrong = reason.includes('gzip: invalid header')
    ? `${index} is not a package index (a login page, perhaps)`
    : reason
  return { code: 'PACKAGE_UNRESOLVED', wrong, hint: 'Check the address of the repository.' }
}
