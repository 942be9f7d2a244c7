import { findArchitecture, architectures, type Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import type { InputLine } from '../domain/input-line.ts'
import { shownText } from './shown-text.ts'

/** How an input's text becomes a value. `text` is undefined when the input was left out and has no default. */
export type Parse<T> = (text: string | undefined, name: string) => T

export const text: Parse<string | undefined> = value => value

/** Entries a line each; blank lines and lines that start with `#` are left out. */
export const lines: Parse<readonly string[]> = value => entriesOf(value, '\n')

/** Entries a line each or separated by commas. */
export const list: Parse<readonly string[]> = value => entriesOf(value, /[\n,]/)

/** Lines with their numbers, which count from the first that is not blank; blank ones and those that start with `#` are left out. */
export const numberedLines: Parse<readonly InputLine[]> = value =>
  (value ?? '')
    .split('\n')
    .map((text, at) => ({ line: at + 1, text: text.trim() }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))

export const flag: Parse<boolean> = (value, name) => {
  if (value === undefined || /^false$/i.test(value)) return false
  if (/^true$/i.test(value)) return true
  throw wrong(name, value, 'true or false')
}

export function choice<const C extends string>(...accepted: readonly C[]): Parse<C> {
  return (value, name) => {
    const found = accepted.find(each => each === value?.toLowerCase())
    if (found === undefined) throw wrong(name, value ?? '', accepted.join(', '))
    return found
  }
}

export const platforms: Parse<readonly Architecture[]> = (value, name) => {
  const found = list(value, name).map(entry => {
    const architecture = findArchitecture(entry)
    if (architecture !== undefined) return architecture
    throw wrong(
      name,
      entry,
      `${architectures.map(a => a.platform).join(', ')}, or apk's names such as x86_64`,
    )
  })
  return [...new Set(found)]
}

/** A whole number from 1 on. */
export const count: Parse<number | undefined> = (value, name) => {
  if (value === undefined) return undefined
  if (/^[1-9]\d{0,3}$/.test(value)) return Number(value)
  throw wrong(name, value, 'a whole number from 1 to 9999')
}

/** Seconds since 1970. */
export const epoch: Parse<number | undefined> = (value, name) => {
  if (value === undefined) return undefined
  if (/^\d{1,11}$/.test(value)) return Number(value)
  throw wrong(name, value, 'whole seconds since 1970, such as 1735689600')
}

const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Milliseconds, from `90s`, `10m`, `1h` or `500ms`. */
export const duration: Parse<number> = (value, name) => {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/.exec(value ?? '')
  const milliseconds = Number(match?.[1]) * (units[match?.[2] ?? ''] ?? Number.NaN)
  if (Number.isFinite(milliseconds) && milliseconds <= 6 * 3_600_000) return milliseconds
  throw wrong(name, value ?? '', 'a time of at most 6h with its unit, such as 90s, 10m or 1h')
}

export const sha256: Parse<string | undefined> = (value, name) => {
  if (value === undefined) return undefined
  const hex = value.toLowerCase().replace(/^sha256:/, '')
  if (/^[0-9a-f]{64}$/.test(hex)) return hex
  throw wrong(name, value, 'the 64 hex digits of a sha256')
}

/** An http(s) URL without the slash at its end. */
export const url: Parse<string> = (value, name) => {
  const parsed = URL.parse(value ?? '')
  if (parsed === null || !['https:', 'http:'].includes(parsed.protocol) || parsed.username !== '') {
    throw wrong(name, value ?? '', 'an http or https URL without a user name')
  }
  return parsed.href.replace(/\/+$/, '')
}

export const optionalUrl: Parse<string | undefined> = (value, name) =>
  value === undefined ? undefined : url(value, name)

/** Where attestations are kept. */
export const destinations: Parse<{ readonly registry: boolean; readonly github: boolean }> = (
  value,
  name,
) => {
  const entries = list(value, name).map(entry => choice('registry', 'github')(entry, name))
  if (entries.length === 0) throw wrong(name, value ?? '', 'registry, github, or both')
  return { registry: entries.includes('registry'), github: entries.includes('github') }
}

/** Whether an input is read as a list, so that its flag may be given again and again. */
export function takesSeveral(parse: Parse<unknown>): boolean {
  return [lines, list, numberedLines, platforms, destinations].some(each => each === parse)
}

function entriesOf(value: string | undefined, separator: string | RegExp): readonly string[] {
  return (value ?? '')
    .split(separator)
    .map(entry => entry.trim())
    .filter(entry => entry !== '' && !entry.startsWith('#'))
}

function wrong(name: string, value: string, accepted: string): Failure {
  return new Failure('INPUT_INVALID', `input "${name}" is ${shownText(value)}; accepted: ${accepted}`, {
    hint: `Correct "${name}".`,
  })
}
