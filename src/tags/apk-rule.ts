import { nearest } from '../domain/nearest.ts'
import { plain, tagIn, type PackageFact } from './expressions.ts'
import { isApkPrerelease, isPrerelease } from './prerelease.ts'
import type { RuleResult, RuleScene } from './rule-scene.ts'
import { fillTemplate, parseTemplate } from './template.ts'
import { Wrong, wrongValue } from './wrong.ts'

/**
 * `type=apk`: the version of a package of the run. It moves `latest` on a git tag only, and of a pre-release only what has its
 * whole version is a tag.
 */
export function apkRule({ rule, facts, ref }: RuleScene): RuleResult {
  const { package: name = '', pattern = '' } = rule.attributes
  const found = packageNamed(name, facts.packages)
  const prerelease = isApkPrerelease(found.version)
  const whole = /\{\{\{?\s*version\s*\}\}/.test(pattern)
  const value = fillPackage(pattern, found)
  const tag = tagIn(ref)
  return {
    value: prerelease && !whole ? found.version : value,
    latest: tag !== '' && !prerelease && !isPrerelease(tag),
  }
}

/** The package that a rule names; without a name the only one there is. Throws Wrong. */
export function packageNamed(name: string, packages: readonly PackageFact[]): PackageFact {
  const names = packages.flatMap(each => [each.name, ...(each.subpackages ?? [])])
  const [only, ...others] = packages
  if (only === undefined) throw new Wrong('type=apk needs a package, and this run builds none')
  if (name === '' && others.length > 0) {
    throw new Wrong(
      `this run builds several packages, and no attribute "package" names one of them; accepted: ${packages.map(each => each.name).join(', ')}`,
    )
  }
  const isNamed = (each: PackageFact): boolean =>
    each.name === name || each.subpackages?.includes(name) === true
  const found = name === '' ? only : packages.find(isNamed)
  if (found === undefined) {
    const near = nearest(name, names)
    const problem = wrongValue('package', name, names.join(', '))
    throw near === undefined ? problem : new Wrong(problem.message, `Write package=${near}.`)
  }
  if (!/^[\w.]+$/.test(found.version)) {
    throw new Wrong(
      `the version of ${found.name} is ${JSON.stringify(found.version)}, which only melange can fill in`,
    )
  }
  return found
}

function fillPackage(pattern: string, { name, version, epoch }: PackageFact): string {
  const [major = '', minor = '', patch = ''] = /^\d+(?:\.\d+)*/.exec(version)?.[0].split('.') ?? []
  return fillTemplate(parseTemplate(pattern), {
    name: plain(name),
    version: plain(version),
    epoch: plain(String(epoch)),
    major: plain(major),
    minor: plain(minor),
    patch: plain(patch),
  })
}
