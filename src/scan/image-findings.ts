import type { PlatformScan } from '../domain/finding.ts'
import type { ImageFinding } from '../domain/verdict.ts'
import { byWeight } from './order.ts'

/** What all platforms of an image have. */
export interface FoundInImage {
  /** Each once, the worst first. The same package in another version is another finding. */
  readonly findings: readonly ImageFinding[]
  /** Texts by vulnerability: long, and the same in every package. */
  readonly descriptions: ReadonlyMap<string, string>
}

/** Joins what was found on the platforms of an image. */
export function findingsOfImage(scans: readonly PlatformScan[]): FoundInImage {
  const found = new Map<string, ImageFinding>()
  const descriptions = new Map<string, string>()
  for (const { platform, findings } of scans) {
    for (const { description = '', ...finding } of findings) {
      if (description.trim() !== '') descriptions.set(finding.id, description.trim())
      const here = { ...finding, platforms: [platform] }
      const key = keyOf(here)
      const known = found.get(key)
      found.set(key, known === undefined ? here : joined(known, here))
    }
  }
  return { findings: [...found.values()].sort(byWeight), descriptions }
}

/** What makes two findings the same one. */
export function keyOf({ id, kind, package: name, version }: ImageFinding): string {
  return JSON.stringify([id, kind, name, version])
}

function joined(known: ImageFinding, other: ImageFinding): ImageFinding {
  const [worse = known] = [known, other].sort(byWeight)
  return {
    ...known,
    severity: worse.severity,
    aliases: union(known.aliases, other.aliases),
    fixedIn: union(known.fixedIn, other.fixedIn),
    platforms: union(known.platforms, other.platforms),
  }
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])]
}
