import type { RunContext } from '../../../src/domain/run-context.ts'
import { computeTags, type ComputedTags } from '../../../src/tags/compute-tags.ts'
import type { PackageFact } from '../../../src/tags/expressions.ts'

export const onMain: RunContext = {
  workflow: true,
  event: 'push',
  ref: 'refs/heads/main',
  commit: '860c1904a1ce19322e91ac35af1ab07466440c37',
  commitTime: Date.parse('2026-03-01T02:30:45Z') / 1000,
  defaultBranch: 'main',
}

export const onTag = (tag: string): RunContext => ({ ...onMain, ref: `refs/tags/${tag}` })

export const senhas: PackageFact = { name: 'senhas', version: '1.4.2', epoch: 3, subpackages: ['senhas-doc'] }

/** Lines of an input, as it is read. */
export const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line, at) => ({ line: at + 1, text: line.trim() }))
    .filter(({ text: line }) => line !== '' && !line.startsWith('#'))

export interface TagsPlan {
  readonly flavor?: string
  readonly context?: RunContext
  readonly packages?: readonly PackageFact[]
}

export function compute(
  rules: string,
  { flavor = '', context = onMain, packages = [] }: TagsPlan = {},
): ComputedTags {
  const now = new Date('2026-03-05T23:04:09.087Z')
  return computeTags({ rules: linesOf(rules), flavor: linesOf(flavor) }, { context, now, packages })
}

/** The tags in their order; what is wrong fails the test. */
export function tagsOf(rules: string, plan?: TagsPlan): readonly string[] {
  const { tags, failures } = compute(rules, plan)
  if (failures[0] !== undefined) throw failures[0]
  return tags.map(({ name }) => name)
}
