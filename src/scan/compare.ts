import type { ComparedFinding, FindingChanges } from '../domain/verdict.ts'

/** Compares findings with earlier ones. The same vulnerability of the same package in another version is neither new nor gone. */
export function compareFindings(
  now: readonly ComparedFinding[],
  earlier: readonly ComparedFinding[],
): FindingChanges {
  const [present, before] = [byKey(now), byKey(earlier)]
  return { added: missingIn(before, present), gone: missingIn(present, before) }
}

function byKey(findings: readonly ComparedFinding[]): ReadonlyMap<string, ComparedFinding> {
  return new Map(
    findings.map(({ id, package: name, version, severity }) => [
      `${id} ${name}`,
      { id, package: name, version, severity },
    ]),
  )
}

function missingIn(
  some: ReadonlyMap<string, ComparedFinding>,
  others: ReadonlyMap<string, ComparedFinding>,
): readonly ComparedFinding[] {
  return [...others].flatMap(([key, finding]) => (some.has(key) ? [] : [finding]))
}
