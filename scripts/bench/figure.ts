import { spread } from './statistics.ts'

/** One line of the table. */
export interface Figure {
  readonly what: string
  readonly measured: string
  /** In words; empty for a figure that is only told. */
  readonly toReach: string
  readonly met?: boolean
}

/** Bytes that our process may hold. */
const mostMemory = 120e6

/** Peaks in bytes, against the limit of memory. */
export function limitFigure(what: string, peaks: readonly number[]): Figure {
  return {
    what,
    measured: `${spread(
      peaks.map(peak => peak / 1e6),
      0,
    )} MB`,
    toReach: `less than ${megabytes(mostMemory)}`,
    met: Math.max(...peaks) < mostMemory,
  }
}

export function seconds(value: number): string {
  return `${value.toFixed(2)} s`
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}
