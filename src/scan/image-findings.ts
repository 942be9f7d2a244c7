import type { Finding, PlatformScan } from '../domain/finding.ts'
import type { ImageFinding } from '../domain/verdict.ts'
import { byWeight } from './order.ts'

/** The findings of all platforms, each once, the worst first. The same package in another version is another finding. */
export function findingsOfImage(scans: readonly PlatformScan[]): readonly ImageFinding[] {
  const found = new Map<string, ImageFinding>()
  for (const { platform, findings } of scans) {
    for (const finding of findings) {
      const key = keyOf(finding)
      const known = found.get(key)
      found.set(
        key,
        known === undefined ? { ...finding, platforms: [platform] } : joined(known, finding, platform),
      )
    }
  }
  return [...found.values()].sort(byWeight)
}

/** What makes two findings the same one. */
export function keyOf({ id, kind, package: name, version }: Finding): string {
  return JSON.stringify([id, kind, name, version])
}

function joined(known: ImageFinding, finding: Finding, platform: string): ImageFinding {
  const [worse] = [known, finding].sort(byWeight)
  return {
    ...known,
    severity: worse?.severity ?? known.severity,
    aliases: union(known.aliases, finding.aliases),
    fixedIn: union(known.fixedIn, finding.fixedIn),
    platforms: union(known.platforms, [platform]),
  }
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])]
}
