import { Failure } from '../domain/failure.ts'
import { Failures, throwIfAny } from '../domain/failures.ts'
import { actions, type ActionName, type Inputs } from './actions.ts'
import type { Definitions, GetText, Values } from './definition.ts'
import { acceptOlderNames } from './older-names.ts'

/** Where an action's texts come from, and where remarks about them go. */
export interface InputSource {
  readonly getText: GetText
  readonly log: { notice(text: string): void; warning(text: string): void }
}

/** Reads the inputs of an action by their names of today or older ones. */
export function readActionInputs<A extends ActionName>(action: A, source: InputSource): Inputs<A> {
  const definitions = actions[action]
  const older = acceptOlderNames(Object.keys(definitions), source.getText)
  for (const text of older.notices) source.log.notice(text)
  for (const text of older.warnings) source.log.warning(text)
  return readInputs(definitions, older.get)
}

/** Reads every input of an action; all wrong ones are reported at once (INPUT_INVALID each). */
export function readInputs<D extends Definitions>(definitions: D, get: GetText): Values<D> {
  const found: Failure[] = []
  const values = Object.entries(definitions).map(([name, definition]) => {
    try {
      return [name, definition.parse(get(name).trim() || definition.default, name)] as const
    } catch (error) {
      if (error instanceof Failures) found.push(...error.all)
      else if (error instanceof Failure) found.push(error)
      else throw error
      return [name, undefined] as const
    }
  })
  throwIfAny(found)
  return Object.fromEntries(values) as Values<D>
}
