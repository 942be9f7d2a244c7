import { branchIn, shortLength, tagIn } from './expressions.ts'
import { isPrerelease } from './prerelease.ts'
import { groupsIn, matchIn, readPattern } from './regex.ts'
import { fillIn, noTag, sourceOf, type RuleResult, type RuleScene } from './rule-scene.ts'
import { fillTemplate, parseTemplate } from './template.ts'
import { wrongValue } from './wrong.ts'

/** `type=schedule`: on a schedule alone. */
export function scheduleRule({ rule, facts, expressions }: RuleScene): RuleResult {
  const { date, commit_date } = expressions
  const known = { ...(date && { date }), ...(commit_date && { commit_date }) }
  const value = fillTemplate(parseTemplate(rule.attributes['pattern'] ?? ''), known)
  const { event = '' } = facts.context
  if (event.includes('schedule')) return { value, latest: false }
  return { because: `the event is ${event === '' ? 'not known' : event}, no schedule` }
}

/** `type=match`: what a group of a regular expression finds in the git tag or a value. */
export function matchRule(scene: RuleScene): RuleResult {
  const { pattern: text = '', group = '' } = scene.rule.attributes
  const pattern = readPattern(text, 'pattern')
  const groups = groupsIn(pattern)
  const number = group === '' ? 0 : Number(group)
  if (!Number.isInteger(number) || number < 0) throw wrongValue('group', group, 'the number of a group')
  if (number > groups) throw wrongValue('group', group, `0 to ${groups}, which the pattern ${text} has`)
  const source = sourceOf(scene)
  if (source === undefined) return noTag(scene)
  const found = matchIn(source, pattern)?.[number]
  if (found === undefined) return { because: `${text} does not match ${JSON.stringify(source)}` }
  return { value: found, latest: !isPrerelease(source) }
}

/** `type=edge`: the default branch, or another that is named. */
export function edgeRule({ rule, facts, ref }: RuleScene): RuleResult {
  const named = rule.attributes['branch'] ?? ''
  const branch = named === '' ? facts.context.defaultBranch : named
  if (branch === undefined) return { because: 'the default branch is not known' }
  if (ref === `refs/heads/${branch}`) return { value: 'edge', latest: false }
  return { because: `${ref === '' ? 'there is no ref' : `the ref is ${ref}`}, not the branch ${branch}` }
}

/** `type=ref`: the name of branch or git tag, or the number of the pull request. */
export function refRule(scene: RuleScene): RuleResult {
  const { rule, ref } = scene
  const [branch, tag, pull = ''] = [branchIn(ref), tagIn(ref), /^refs\/pull\/(.*)$/.exec(ref)?.[1]]
  const because = ref === '' ? 'there is no ref' : `the ref is ${ref}`
  if (rule.attributes['event'] === 'tag') {
    return tag === '' ? noTag(scene) : { value: tag, latest: !isPrerelease(tag) }
  }
  const isBranch = rule.attributes['event'] === 'branch'
  const value = isBranch ? branch : pull.replace(/\/merge$/, '')
  return value === ''
    ? { because: `${because}, no ${isBranch ? 'branch' : 'pull request'}` }
    : { value, latest: false }
}

/** `type=raw`: a value as it is. */
export function rawRule(scene: RuleScene): RuleResult {
  return { value: fillIn(scene.rule.attributes['value'] ?? '', scene), latest: false }
}

/** `type=sha`: the commit's id. */
export function shaRule({ rule, facts }: RuleScene): RuleResult {
  const { commit = '' } = facts.context
  if (commit === '') return { because: 'the commit is not known' }
  return {
    value: rule.attributes['format'] === 'long' ? commit : commit.slice(0, shortLength),
    latest: false,
  }
}
