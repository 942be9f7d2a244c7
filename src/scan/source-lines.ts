import type { SourcePlace } from '../domain/failure.ts'
import type { ApkRelations } from '../domain/installed-apk.ts'
import type { ImageFinding } from '../domain/verdict.ts'
import { dependentsOf, wayUp, type Dependents } from './dependents.ts'

/** Where the user's files name packages. */
export interface NamedPackages {
  /** Line of the apko or melange file that asks for a package by its name; undefined when none does. */
  placeOf(name: string): SourcePlace | undefined
  /** Where the image's own file begins: for what no line brings in. */
  readonly file: SourcePlace
}

export interface PlatformRelations {
  /** `linux/amd64` */
  readonly platform: string
  readonly relations: readonly ApkRelations[]
}

/** Gives each finding the line of the file that brings its package in: names it, or the nearest package that needs it. */
export function placeFindings(
  findings: readonly ImageFinding[],
  platforms: readonly PlatformRelations[],
  named: NamedPackages,
): readonly ImageFinding[] {
  const dependents = new Map(platforms.map(each => [each.platform, dependentsOf(each.relations)]))
  const ways = new Map<string, readonly string[] | undefined>()
  return findings.map(finding => {
    const [platform = ''] = finding.platforms
    const key = `${platform} ${finding.package}`
    if (!ways.has(key)) ways.set(key, findWay(finding.package, dependents.get(platform), named))
    const way = ways.get(key)
    const top = way?.at(-1)
    const at = top === undefined ? undefined : named.placeOf(top)
    return at === undefined || way === undefined
      ? { ...finding, at: named.file }
      : { ...finding, at, chain: way.toReversed() }
  })
}

function findWay(
  name: string,
  dependents: Dependents | undefined,
  named: NamedPackages,
): readonly string[] | undefined {
  return wayUp(
    name,
    dependents ?? new Map<string, readonly string[]>(),
    each => named.placeOf(each) !== undefined,
  )
}
