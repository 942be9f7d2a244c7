import type { InputLine } from '../domain/input-line.ts'
import type { MelangeFile } from '../melange/melange-file.ts'
import type { World } from '../ports.ts'
import { computeTags, type ComputedTags } from '../tags/compute-tags.ts'
import type { PackageFact } from '../tags/expressions.ts'

export interface TagInputs {
  readonly tags?: readonly InputLine[]
  readonly flavor?: readonly InputLine[]
}

/** The tags of the run's images. */
export function planTags(
  { tags = [], flavor = [] }: TagInputs,
  melange: readonly MelangeFile[],
  { context, clock }: Pick<World, 'context' | 'clock'>,
): ComputedTags {
  return computeTags({ rules: tags, flavor }, { context, now: clock.now(), packages: melange.map(factOf) })
}

/** What images are tagged with; `latest` where the rules make nothing, which is no matter as long as nothing is pushed. */
export function tagNames({ tags, none }: ComputedTags): readonly string[] {
  return none === undefined ? tags.map(({ name }) => name) : ['latest']
}

function factOf({ name, version, epoch, subpackages }: MelangeFile): PackageFact {
  return { name, version, epoch, subpackages }
}
