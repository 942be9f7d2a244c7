import { actions, type ActionName } from './actions.ts'
import type { Definitions } from './definition.ts'

/** The inputs of an action that differ from their defaults, as texts, without secrets: what a run was asked to do. */
export function givenParameters(
  action: ActionName,
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  const definitions: Definitions = actions[action]
  const given = Object.entries(definitions).flatMap(([name, { parse, secret, default: fallback }]) => {
    const value = textOf(values[name])
    if (secret || value === undefined || value === textOf(parse(fallback, name))) return []
    return [[name, value] as const]
  })
  return Object.fromEntries(given)
}

function textOf(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(entryOf).join('\n')
  return JSON.stringify(value)
}

function entryOf(entry: unknown): string {
  if (typeof entry === 'object' && entry !== null && 'platform' in entry) return String(entry.platform)
  if (typeof entry === 'object' && entry !== null && 'text' in entry) return String(entry.text)
  return String(entry)
}
