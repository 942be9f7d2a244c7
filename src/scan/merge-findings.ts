import type { Finding } from '../domain/finding.ts'

/** Each vulnerability of a package once, whatever number of places a scanner found it in; in the order in which they first come. */
export function mergeFindings(findings: readonly Finding[]): readonly Finding[] {
  const merged = new Map<string, Finding>()
  for (const finding of findings) {
    const key = JSON.stringify([finding.id, finding.kind, finding.package, finding.version])
    const before = merged.get(key)
    merged.set(key, before === undefined ? finding : both(before, finding))
  }
  return [...merged.values()]
}

function both(one: Finding, other: Finding): Finding {
  return {
    ...other,
    ...one,
    aliases: [...new Set([...one.aliases, ...other.aliases])],
    fixedIn: [...new Set([...one.fixedIn, ...other.fixedIn])],
  }
}
