import type { Parse } from './parse.ts'

/** One input, defined once: action.yml, the README tables and the command's flags are made from it. */
export interface Definition<T> {
  /** One sentence or two for people, without a line break. */
  readonly help: string
  readonly parse: Parse<T>
  /** Text taken when the input is left out. */
  readonly default?: string
  /** Default in action.yml, where that is a GitHub expression. */
  readonly expression?: string
  /** Never a flag of the command: given by environment variable or file instead. */
  readonly secret?: true
}

/** Says that a literal is a definition, and keeps the type of its value. */
export const input = <T>(definition: Definition<T>): Definition<T> => definition

export type Definitions = Readonly<Record<string, Definition<unknown>>>
export type Values<D extends Definitions> = { readonly [K in keyof D]: ReturnType<D[K]['parse']> }

/** Text of an input; empty when it was left out, as the runner gives it. */
export type GetText = (name: string) => string
