/** A mapping of a parsed YAML document. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Items of a sequence; none for anything else. */
export function entriesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** A string or number as text; `other` for anything else. */
export function textOr(value: unknown, other: string): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : other
}
