import { apkRule } from './apk-rule.ts'
import type { TagFacts } from './expressions.ts'
import type { Flavor } from './flavor.ts'
import { edgeRule, matchRule, rawRule, refRule, scheduleRule, shaRule } from './other-rules.ts'
import type { Rule, RuleTypeName } from './rule-types.ts'
import { fillIn, openScene, type RuleResult, type RuleScene } from './rule-scene.ts'
import { checkedTag, cleanTag } from './tag-name.ts'
import { pep440Rule, semverRule } from './version-rules.ts'
import { wrongValue } from './wrong.ts'

/** What all rules are looked at with. */
export interface RuleSurroundings {
  readonly facts: TagFacts
  readonly flavor: Flavor
}

export interface MadeTag {
  readonly name: string
  readonly timed: boolean
  /** Whether `latest` goes with it when nobody says otherwise. */
  readonly latest: boolean
}

const evaluate: Readonly<Record<RuleTypeName, (scene: RuleScene) => RuleResult>> = {
  schedule: scheduleRule,
  semver: semverRule,
  pep440: pep440Rule,
  apk: apkRule,
  match: matchRule,
  edge: edgeRule,
  ref: refRule,
  raw: rawRule,
  sha: shaRule,
}

/** The tag that a rule makes, or why it makes none. All of the rule is looked at, whatever the event. Throws Wrong. */
export function applyRule(
  rule: Rule,
  { facts, flavor }: RuleSurroundings,
): MadeTag | { readonly because: string } {
  const enabled = fillIn(rule.enable, openScene(rule, { facts, flavor }))
  if (enabled !== 'true' && enabled !== 'false') throw wrongValue('enable', enabled, 'true, false')
  const scene = openScene(rule, { facts, flavor })
  const prefix = fillIn(rule.prefix ?? flavor.prefix, scene)
  const suffix = fillIn(rule.suffix ?? flavor.suffix, scene)
  const result = evaluate[rule.type](scene)
  if (enabled === 'false') return { because: 'enable is false' }
  if ('because' in result) return result
  if (rule.verbatim) checkedTag(result.value)
  const name = cleanTag(`${prefix}${result.value}${suffix}`)
  return name === ''
    ? { because: 'nothing is left of it' }
    : { name, timed: scene.timed, latest: result.latest }
}
