import { findArchitecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import type { FailedBuild } from './failed-build.ts'
import { isBuiltRepository } from './local-repository.ts'
import { packageNameOf } from './package-name.ts'

/** Which package could not be had, who asks for it and why; undefined when it is something else. */
export function explainUnresolved(build: FailedBuild, text: string): Failure | undefined {
  const unsolved = text.split(/\n(?=for arch ")/).flatMap(part => readUnsolved(part) ?? [])
  const [first] = unsolved.filter(each => each.reason === undefined).concat(unsolved)
  if (first === undefined) return undefined
  const alike = unsolved.filter(each => each.missing === first.missing && each.reason === first.reason)
  const archs = [...new Set(alike.flatMap(({ arch }) => arch ?? []))].sort().join(', ')
  const message =
    (first.reason === undefined
      ? `no repository has the package "${first.missing}"`
      : `the package "${first.missing}" cannot be taken: ${first.reason}`) +
    (archs === '' ? '' : ` (${archs})`) +
    (first.asked === first.missing ? '' : `; "${first.asked}" needs it`)
  const at = build.file.placeOfPackage(packageNameOf(first.asked))
  const cause = causeOf(build)
  return new Failure('PACKAGE_UNRESOLVED', cause === undefined ? message : `${message}: ${cause.wrong}`, {
    hint: cause?.hint ?? hintFor(build, first),
    ...(at && { at }),
  })
}

interface Unsolved {
  /** OCI architecture: `amd64`. */
  readonly arch?: string
  /** Entry of the apko file: `busybox=9.9.9-r0`. */
  readonly asked: string
  /** What could not be had for it. */
  readonly missing: string
  /** Why versions that are there do not do; undefined when there are none. */
  readonly reason?: string
}

/** Reads what apko says of one architecture; a dependency of a dependency comes on lines of its own. */
function readUnsolved(part: string): Unsolved | undefined {
  const chain = [...part.matchAll(/solving "([^"]+)" constraint/g)].map(match => match[1] ?? '')
  const [asked] = chain
  if (asked === undefined) return undefined
  const arch = /(?:for arch|for) "([^"]+)":/.exec(part)?.[1]
  const none =
    /nothing provides "([^"]+)"|could not find package (?:either named \S+ or )?that provides (\S+)/.exec(
      part,
    )
  const reason = none === null ? /constraint:\s+([^:\n]*disqualified because .*)/.exec(part)?.[1] : undefined
  return {
    asked,
    missing: none?.[1] ?? none?.[2] ?? chain.at(-1) ?? asked,
    ...(arch && { arch }),
    ...(reason && { reason: reason.replace(/\.apk\b/g, '') }),
  }
}

/** apko passes over a local repository without an index: what is missing then is not the package. */
function causeOf({
  file,
  missing,
  log,
}: FailedBuild): { readonly wrong: string; readonly hint: string } | undefined {
  const warned = log.warnings.flatMap(line => {
    const [, repository, arch] = /^getting local index (.+?)\/([^/]+)\/APKINDEX\.tar\.gz: /.exec(line) ?? []
    return repository === undefined || arch === undefined ? [] : [{ repository, arch }]
  })
  const [first] = [...missing, ...warned]
  if (first === undefined) return undefined
  const { repository } = first
  const archs = [...missing, ...warned].filter(each => each.repository === repository).map(({ arch }) => arch)
  const names = [...new Set(archs)].map(apk => findArchitecture(apk)?.name ?? apk).sort()
  const place = file.placeOfRepository(repository)
  const line = place === undefined ? '' : ` (${place.file}:${place.line})`
  return {
    wrong: `the repository ${repository}${line} has no index for ${names.join(', ')}`,
    hint: isBuiltRepository(repository)
      ? `No package was built for ${names.join(', ')}: give the recipe in melange-config, or leave the platform out.`
      : 'Correct the path, which is relative to the workspace, or give the repository in repository-append; packages of this run are in the repository "packages".',
  }
}

function hintFor({ file }: FailedBuild, { missing, reason }: Unsolved): string {
  if (reason !== undefined) return 'Ask for a version that the repositories have.'
  const name = packageNameOf(missing)
  const tagged = file.repositories.find(line => line.startsWith('@'))
  const tag = tagged?.split(/\s/, 1)[0] ?? ''
  const pinned =
    tag === '' || missing.includes('@')
      ? ''
      : ` Packages of "${tagged}" are taken when they are asked for as "${name}${tag}".`
  return `Check the name, or give the repository that has "${name}" in contents.repositories or repository-append.${pinned}`
}
