import type { GetText } from './definition.ts'
import type { InputName } from './table.ts'

/** Names that older actions of these tools gave to the same things. */
export const olderNames: Readonly<Record<string, readonly InputName[]>> = {
  config: ['apko-config', 'melange-config'],
  'multi-config': ['melange-config'],
  archs: ['platforms'],
  tag: ['tags'],
  'target-tag': ['tags'],
  'additional-tags': ['tags'],
  'base-tag': ['image'],
  'signing-key-path': ['signing-key'],
  'sbom-attest': ['sbom'],
  'slsa-attest': ['provenance'],
  FULCIO_URL: ['fulcio-url'],
  REKOR_URL: ['rekor-url'],
}

/** Names that other actions know and that have no effect here. */
export const deadNames = ['apko-image', 'automount-src', 'automount-dest', 'build-options'] as const

export interface OlderNamesRead {
  readonly get: GetText
  readonly notices: readonly string[]
  readonly warnings: readonly string[]
}

/** Lets an action be called by older names: the new one wins where both are given. `names` are the action's own inputs. */
export function acceptOlderNames(names: readonly string[], get: GetText): OlderNamesRead {
  const notices: string[] = []
  const taken = new Map<string, string>()
  for (const [older, newer] of Object.entries(olderNames)) {
    const target = newer.find(name => names.includes(name))
    const value = get(older).trim()
    if (target === undefined || value === '') continue
    notices.push(`input "${older}" is now called "${target}"`)
    taken.set(target, [taken.get(target), value].filter(Boolean).join('\n'))
  }
  return {
    notices,
    warnings: deadNames
      .filter(name => get(name).trim() !== '')
      .map(name => `input "${name}" has no effect here; remove it`),
    get: name => get(name) || (taken.get(name) ?? ''),
  }
}

/** The older names that an action with these inputs takes, with the name to use instead. */
export function olderNamesOf(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(olderNames).flatMap(([older, newer]) => {
      const target = newer.find(name => names.includes(name))
      return target === undefined ? [] : [[older, target] as const]
    }),
  )
}
