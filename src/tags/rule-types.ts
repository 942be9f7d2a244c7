/** What a type of rule takes besides `enable`, `priority`, `prefix` and `suffix`. */
export interface RuleType {
  /** The higher, the further in front its tags are. */
  readonly priority: number
  /** Attributes with what they are when left out; undefined: they have to be given. */
  readonly attributes: Readonly<Record<string, string | undefined>>
  /** What `prefix` is when left out, before the one of `flavor`. */
  readonly prefix?: string
}

/** The types of docker/metadata-action, and `apk`. */
export const ruleTypes = {
  schedule: { priority: 1000, attributes: { pattern: 'nightly' } },
  semver: { priority: 900, attributes: { pattern: undefined, value: '', match: '' } },
  pep440: { priority: 900, attributes: { pattern: undefined, value: '', match: '' } },
  apk: { priority: 900, attributes: { pattern: '{{version}}-r{{epoch}}', package: '' } },
  match: { priority: 800, attributes: { pattern: undefined, group: '0', value: '' } },
  edge: { priority: 700, attributes: { branch: '' } },
  ref: { priority: 600, attributes: { event: undefined } },
  raw: { priority: 200, attributes: { value: undefined } },
  sha: { priority: 100, attributes: { format: 'short' }, prefix: 'sha-' },
} as const satisfies Readonly<Record<string, RuleType>>

export type RuleTypeName = keyof typeof ruleTypes

/** Attributes of every type. */
export const sharedAttributes = ['enable', 'priority', 'prefix', 'suffix'] as const

/** Attributes with few values. */
export const choices: Readonly<Record<string, readonly string[]>> = {
  event: ['branch', 'tag', 'pr'],
  format: ['short', 'long'],
}

/** A rule as it is written, with what it left out. */
export interface Rule {
  readonly line: number
  readonly text: string
  readonly type: RuleTypeName
  /** Attributes of its type. */
  readonly attributes: Readonly<Record<string, string>>
  /** A template that is to become `true` or `false`. */
  readonly enable: string
  readonly priority: number
  /** Templates; undefined where those of `flavor` count. */
  readonly prefix: string | undefined
  readonly suffix: string | undefined
  /** Whether it is a tag by itself, which is taken as it is or not at all. */
  readonly verbatim: boolean
}
