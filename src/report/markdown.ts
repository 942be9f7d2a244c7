/** A table; cells are Markdown already. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

export function details(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`
}

export const fence = (language: string, text: string): string => ['```' + language, text, '```'].join('\n')

/** Each text as code; what would end it, or a cell, is replaced. */
export const code = (texts: readonly string[]): string =>
  texts.map(text => `\`${text.replaceAll(/[`|\r\n]/g, "'")}\``).join(', ')

/** A text that is no Markdown, on one line. */
export const escape = (text: string): string =>
  text.replaceAll(/[\\`*_{}[\]<>|#~!]/g, '\\$&').replaceAll(/[\r\n]+/g, ' ')
