import { withoutLogins } from '../domain/without-logins.ts'

/** One line of melange's log, without its time. */
export interface MelangeLine {
  /** Undefined for a line that continues the one before. */
  readonly level: 'debug' | 'info' | 'warn' | 'error' | undefined
  readonly text: string
}

const levels: Readonly<Record<string, MelangeLine['level']>> = {
  DEBU: 'debug',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERRO: 'error',
  ERROR: 'error',
  FATA: 'error',
}

/**
 * Reads `2026/11/24 07:49:07 WARN text`; steps' own standard error comes as WARN, so a level says little about them. Logins in
 * URLs are left out.
 */
export function readLine(printed: string): MelangeLine {
  const line = withoutLogins(printed)
  const parts = /^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d ([A-Z]{4,5}) (.*)$/s.exec(line)
  if (parts === null) return { level: undefined, text: line }
  return { level: levels[parts[1] ?? ''], text: parts[2] ?? '' }
}

/**
 * The line as our log shows it: without time and level, save for errors. What a runner would take for a command of ours
 * (`::add-mask::…`) keeps a mark in front: a step of the user's build must not speak for us.
 */
export function shownLine(line: string): string {
  const { level, text } = readLine(line)
  const shown = level === 'error' ? `ERROR ${text}` : text
  return /^\s*::|##\[/.test(shown) ? `| ${shown.replaceAll('##[', '## [')}` : shown
}

/** The last line of a text that says something, without time and level. */
export function lastLine(text: string): string {
  const lines = text.split(/\r?\n/).filter(line => line.trim() !== '')
  return readLine(lines.at(-1) ?? 'it printed nothing').text
}

/** Lines that melange prints of its own housekeeping, which say nothing about a failure. */
const housekeeping =
  /^(pod \w+ terminated|(deleting|untagged|deleted|tagging|saving) |retrieving workspace|layer (digest|diffID): |no lint findings|ERROR: failed to test package)/

/** Texts that say something, without blank lines, housekeeping and melange's marks of the subpackage. */
export function meaningful(lines: readonly MelangeLine[]): readonly string[] {
  return lines
    .map(({ text }) => text.replace(/ subpackage=\S+$/, '').trimEnd())
    .filter(text => text !== '' && !housekeeping.test(text))
}
