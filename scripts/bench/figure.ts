/** One line of the table. */
export interface Figure {
  readonly what: string
  readonly measured: string
  /** In words; empty for a figure that is only told. */
  readonly toReach: string
  readonly met?: boolean
}

/** The table in markdown. */
export function figuresTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ what, measured, toReach, met }) => [
    what,
    measured,
    toReach,
    met === undefined ? '' : met ? 'yes' : '**no**',
  ])
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`
  return [['Figure', 'Measured', 'To reach', 'Met'], ['---', '---', '---', '---'], ...rows].map(line).join('')
}

export function seconds(value: number): string {
  return `${value.toFixed(2)} s`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
