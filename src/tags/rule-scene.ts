import type { Flavor } from './flavor.ts'
import { globalExpressions, refOf, tagIn, type TagFacts } from './expressions.ts'
import type { Rule } from './rule-types.ts'
import { fillTemplate, parseTemplate, type Expressions } from './template.ts'

/** Where a rule is looked at: the facts, and what its templates may say. */
export interface RuleScene {
  readonly rule: Rule
  readonly facts: TagFacts
  readonly flavor: Flavor
  readonly ref: string
  readonly expressions: Expressions
  /** The clock was read; the next run makes another tag. */
  timed: boolean
}

/** What a rule makes: a value before prefix and suffix and whether `latest` goes with it, or the reason why it makes none. */
export type RuleResult = { readonly value: string; readonly latest: boolean } | { readonly because: string }

export function openScene(rule: Rule, { facts, flavor }: { facts: TagFacts; flavor: Flavor }): RuleScene {
  const ref = refOf(facts.context)
  const scene: RuleScene = {
    rule,
    facts,
    flavor,
    ref,
    expressions: globalExpressions(facts, () => {
      scene.timed = true
    }),
    timed: false,
  }
  return scene
}

/** A template of the rule, filled with the expressions that hold everywhere. Throws Wrong. */
export function fillIn(text: string, { expressions }: Pick<RuleScene, 'expressions'>): string {
  return fillTemplate(parseTemplate(text), expressions)
}

/** The value that the rule gives, else the git tag; undefined where there is neither. */
export function sourceOf({ rule, ...scene }: RuleScene): string | undefined {
  const { value = '' } = rule.attributes
  if (value !== '') return fillIn(value, scene)
  return tagIn(scene.ref) || undefined
}

/** Why a rule for git tags makes nothing. */
export function noTag({ ref }: Pick<RuleScene, 'ref'>): { readonly because: string } {
  return { because: `${ref === '' ? 'there is no ref' : `the ref is ${ref}`}, no git tag` }
}
