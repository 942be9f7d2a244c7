import { Failure } from '../domain/failure.ts'
import type { InputLine } from '../domain/input-line.ts'
import type { TagFacts } from './expressions.ts'
import { plainFlavor, readFlavor, type Flavor } from './flavor.ts'
import { lineFailure } from './line-failure.ts'
import { applyRule, type MadeTag, type RuleSurroundings } from './apply-rule.ts'
import { readRules } from './read-rule.ts'
import type { Rule } from './rule-types.ts'
import { fillIn, openScene } from './rule-scene.ts'
import { cleanTag } from './tag-name.ts'

export interface TagsWish {
  /** Lines of the input `tags`; the usual four when there is none. */
  readonly rules: readonly InputLine[]
  /** Lines of the input `flavor`. */
  readonly flavor: readonly InputLine[]
}

export interface ComputedTag {
  /** A valid tag. */
  readonly name: string
  /** Whether the clock is in it, so that the next run makes another. */
  readonly timed: boolean
}

export interface ComputedTags {
  /** Each once, in their order. */
  readonly tags: readonly ComputedTag[]
  /** Names of packages that rules of `type=apk` name. */
  readonly packages: readonly string[]
  readonly failures: readonly Failure[]
  /** Why there is no tag, when rules that are right make none. */
  readonly none?: Failure
}

/** What is tagged when no rules are given: those of docker/metadata-action. */
const usual = ['type=schedule', 'type=ref,event=branch', 'type=ref,event=tag', 'type=ref,event=pr']

/**
 * The tags of a run, by the rules of docker/metadata-action and `type=apk`; the first is the version. Every wrong line is a
 * failure (INPUT_INVALID) that names it. Where no rules are given and none of the usual ones applies the tag is `latest`.
 */
export function computeTags(wish: TagsWish, facts: TagFacts): ComputedTags {
  const failures: Failure[] = []
  const attempt = <T>(input: string, line: InputLine, body: () => T): T | undefined => {
    try {
      return body()
    } catch (error) {
      failures.push(lineFailure(input, line, error))
      return undefined
    }
  }
  const flavor = wish.flavor.reduce<Flavor>(
    (before, line) => attempt('flavor', line, () => readFlavor(before, line)) ?? before,
    plainFlavor,
  )
  const left = wish.rules.length === 0
  const lines = left ? usual.map((text, at) => ({ line: at + 1, text })) : wish.rules
  const results: Result[] = lines.flatMap(line =>
    (attempt('tags', line, () => readRules(line)) ?? []).map(rule => ({
      rule,
      made: attempt('tags', line, () => applyRule(rule, { facts, flavor })) ?? { because: '' },
    })),
  )
  const ordered = results.toSorted((a, b) => b.rule.priority - a.rule.priority)
  const made = ordered.flatMap(({ made: each }) => ('name' in each ? [each] : []))
  const latest = wishedLatest(made, { facts, flavor })
    ? [attempt('flavor', wish.flavor[0] ?? { line: 1, text: '' }, () => latestTag({ facts, flavor }))]
    : []
  const tags = firstByName([...made, ...latest.filter(each => each !== undefined)])
  const none = tags.length === 0 && failures.length === 0
  return {
    tags: none && left ? [{ name: 'latest', timed: false }] : tags,
    packages: results.flatMap(
      ({
        rule: {
          attributes: { package: name = '' },
        },
      }) => (name === '' ? [] : [name]),
    ),
    failures,
    ...(none && !left && { none: noTags(results) }),
  }
}

/** `latest` goes with the first tag that there is, unless `flavor` says otherwise; never by itself with a pre-release. */
function wishedLatest([first]: readonly MadeTag[], { facts, flavor }: RuleSurroundings): boolean {
  if (first === undefined || flavor.latest !== 'auto') return first !== undefined && flavor.latest === 'true'
  return first.latest && facts.context.release?.prerelease !== true
}

function latestTag({ facts, flavor }: RuleSurroundings): ComputedTag {
  const rule: Rule = readRules({ line: 1, text: 'latest' })[0] as Rule
  const scene = openScene(rule, { facts, flavor })
  const prefix = flavor.prefixLatest ? fillIn(flavor.prefix, scene) : ''
  const suffix = flavor.suffixLatest ? fillIn(flavor.suffix, scene) : ''
  return { name: cleanTag(`${prefix}latest${suffix}`), timed: scene.timed }
}

function firstByName(tags: readonly ComputedTag[]): readonly ComputedTag[] {
  const byName = new Map<string, ComputedTag>()
  for (const { name, timed } of tags) if (!byName.has(name)) byName.set(name, { name, timed })
  return [...byName.values()]
}

interface Result {
  readonly rule: Rule
  readonly made: MadeTag | { readonly because: string }
}

function noTags(results: readonly Result[]): Failure {
  const reasons = results.map(
    ({ rule, made }) => `line ${rule.line}: ${'because' in made ? made.because : ''}`,
  )
  return new Failure('INPUT_INVALID', `input "tags" makes no tag in this run; ${reasons.join('; ')}`, {
    hint: 'Add a rule for this event, for example type=ref,event=branch or type=sha.',
  })
}
