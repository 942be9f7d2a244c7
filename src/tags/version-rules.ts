import { clean, explain, major, minor, patch, valid as isPep440 } from '@renovatebot/pep440'
import { parse } from 'semver'
import { plain } from './expressions.ts'
import { groupsIn, matchIn, readPattern } from './regex.ts'
import { noTag, sourceOf, type RuleResult, type RuleScene } from './rule-scene.ts'
import { fillTemplate, isOnly, parseTemplate, type Template } from './template.ts'
import { Wrong } from './wrong.ts'

/** The parts that patterns of versions may name. */
interface VersionParts {
  readonly raw: string
  readonly version: string
  readonly major: number | string
  readonly minor: number | string
  readonly patch: number | string
  /** Whether it moves neither `latest` nor what several versions share. */
  readonly prerelease: boolean
}

/** `type=semver`: by semver.org, with or without a `v`. */
export function semverRule(scene: RuleScene): RuleResult {
  return versionRule(scene, {
    called: 'a semantic version',
    read: text => {
      const found = parse(text)
      return found === null
        ? undefined
        : { ...parts(found), raw: text, prerelease: found.prerelease.length > 0 }
    },
  })
}

/** `type=pep440`: by PEP 440; of post-releases, too, only the whole version is a tag. */
export function pep440Rule(scene: RuleScene): RuleResult {
  return versionRule(scene, {
    called: 'a version of PEP 440',
    read: text => {
      const found = isPep440(text) === null ? null : explain(text)
      if (found === null) return undefined
      const { is_prerelease: pre, is_postrelease: post, is_devrelease: dev } = found
      const numbers = { major: major(text), minor: minor(text), patch: patch(text) }
      return { ...numbers, raw: text, version: clean(text) ?? text, prerelease: pre || post || dev }
    },
  })
}

function parts({ version, major: x, minor: y, patch: z }: Omit<VersionParts, 'raw' | 'prerelease'>) {
  return { version, major: x, minor: y, patch: z }
}

interface VersionKind {
  readonly called: string
  readonly read: (text: string) => VersionParts | undefined
}

function versionRule(scene: RuleScene, { called, read }: VersionKind): RuleResult {
  const pattern = versionTemplate(scene.rule.attributes['pattern'] ?? '')
  const narrow = narrowing(scene.rule.attributes['match'] ?? '')
  const source = sourceOf(scene)
  if (source === undefined) return noTag(scene)
  const text = narrow(source).replaceAll('/', '-')
  const version = read(text)
  if (version === undefined) return { because: `${JSON.stringify(text)} is not ${called}` }
  const { prerelease } = version
  const shown = prerelease && !isOnly(pattern, 'raw') ? parseTemplate('{{version}}') : pattern
  return { value: fillVersion(shown, version), latest: !prerelease }
}

/** A pattern that names nothing but parts of a version. Throws Wrong. */
function versionTemplate(text: string): Template {
  const template = parseTemplate(text)
  fillVersion(template, { raw: '', version: '', major: 0, minor: 0, patch: 0, prerelease: false })
  return template
}

function fillVersion(template: Template, version: VersionParts): string {
  return fillTemplate(template, {
    raw: plain(version.raw),
    version: plain(version.version),
    major: plain(String(version.major)),
    minor: plain(String(version.minor)),
    patch: plain(String(version.patch)),
  })
}

/** Takes the first group of `match` out of a text; the text itself when it does not match. Throws Wrong. */
function narrowing(match: string): (text: string) => string {
  if (match === '') return text => text
  const pattern = readPattern(match, 'match')
  if (groupsIn(pattern) === 0) {
    throw new Wrong(
      `match is ${JSON.stringify(match)}, which has no group; what is in the first one is the version`,
      `Put the version in parentheses, as in match=v(.*)$.`,
    )
  }
  return text => {
    const found = matchIn(text, pattern)
    return found === undefined ? text : (found[1] ?? '')
  }
}
