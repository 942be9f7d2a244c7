/** A line of an input that has several, and where it stands in it; lines count from 1. */
export interface InputLine {
  readonly line: number
  readonly text: string
}
