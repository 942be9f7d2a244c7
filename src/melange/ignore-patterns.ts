import { posix } from 'node:path'

/**
 * What a `.melangeignore` leaves out, by melange's reading of it (zealic/xignore, each pattern alone): a pattern is held against
 * the path and the file's name, never against folders, so `dir/` leaves out nothing of a folder, `dir/**` all; `!` says nothing.
 */
export function ignoreRule(text: string): (path: string) => boolean {
  const patterns = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter(line => !line.startsWith('#'))
    .map(line => line.replace(/ +$/, '').replace(/^!/, '').replace(/ +$/, ''))
    .filter(line => line !== '')
    .flatMap(line => expressionOf(cleaned(line)))
  return path => patterns.some(pattern => pattern.test(`/${path}`) || pattern.test(posix.basename(path)))
}

/** As Go's filepath.Clean. */
function cleaned(pattern: string): string {
  const normal = posix.normalize(pattern)
  return normal.length > 1 ? normal.replace(/\/$/, '') : normal
}

/** None for a pattern that is no expression: melange stops at it by itself. */
function expressionOf(pattern: string): readonly RegExp[] {
  const parts = pattern.matchAll(/\*\*\/?|\*|\?|\\.?|[.$]|[^*?\\.$]+/gsu)
  let text = pattern.startsWith('/') ? '^' : '^/?'
  for (const { 0: part, index } of parts) {
    const last = index + part.length === pattern.length
    if (part.startsWith('**')) text += last ? '.*' : '(.*/)?'
    else if (part === '*') text += '[^/]*'
    else if (part === '?') text += '[^/]'
    else if (part.startsWith('\\')) text += part.length > 1 ? part : '\\\\'
    else text += part === '.' || part === '$' ? `\\${part}` : part
  }
  try {
    return [new RegExp(`${text}$`)]
  } catch {
    return []
  }
}
