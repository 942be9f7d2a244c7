import { stripVTControlCharacters } from 'node:util'

/** The summary's Markdown as people read it in a terminal: tables as columns, folds open, code and commands without marks. */
export function plainSummary(markdown: string): string {
  const shown: string[] = []
  const table: string[][] = []
  let fenced = false
  for (const line of [...markdown.split('\n'), '']) {
    if (!fenced && line.startsWith('|')) {
      table.push(
        line
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map(cell => plainText(cell.trim())),
      )
      continue
    }
    shown.push(...columns(table.splice(0)))
    if (line.startsWith('```')) fenced = !fenced
    else shown.push(fenced ? `  ${line}` : plainText(line))
  }
  return `${shown
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()}\n`
}

/** Rows with their cells below each other; the row of dashes goes. */
function columns(table: readonly (readonly string[])[]): readonly string[] {
  const rows = table.filter(row => !row.every(cell => /^:?-+:?$/.test(cell)))
  const widths = (rows[0] ?? []).map((_cell, at) => Math.max(...rows.map(row => row[at]?.length ?? 0)))
  return rows.map(row => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
}

function plainText(line: string): string {
  return stripVTControlCharacters(line)
    .replace(/^<details><summary>(.*)<\/summary>$/, '$1:')
    .replace(/^<\/details>$/, '')
    .replace(/^#+ /, '')
    .replaceAll('**', '')
    .replace(/`([^`]*)`/g, '$1')
    .replace(/\[([^\]]*)\]\(([^)]*)\)/g, '$1 ($2)')
    .replace(/\\([\\`*_{}[\]<>|#])/g, '$1')
}
