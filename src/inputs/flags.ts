import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { nearest } from '../domain/nearest.ts'
import { actions, type ActionName } from './actions.ts'
import type { Definition, Definitions } from './definition.ts'
import { deadNames, olderNamesOf } from './older-names.ts'
import { flag } from './parse.ts'

/** A command line that was understood. */
export interface CommandLine {
  readonly action: ActionName
  readonly help: boolean
  /** Text by input name; several of one flag are joined, a line each. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * Reads `giropops [action] --name value --name=value --flag`. Every input is a flag of the same name; a flag alone means true.
 * All that is not understood is reported at once (INPUT_INVALID each).
 */
export function readFlags(argv: readonly string[]): CommandLine {
  const [word = '', ...others] = argv
  const named = word in actions
  const action = named ? (word as ActionName) : 'build'
  const definitions: Definitions = actions[action]
  const names = [...Object.keys(definitions), ...olderNamesOf(Object.keys(definitions)).keys(), ...deadNames]
  const texts = new Map<string, string>()
  const found: Failure[] = []
  const left = named ? [...others] : [...argv]
  let help = false
  while (left.length > 0) {
    const argument = left.shift() ?? ''
    const [, name = '', text] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(argument) ?? []
    if (['help', '-h'].includes(name || argument)) help = true
    else if (!names.includes(name)) found.push(unknown(argument, names))
    else {
      const value = text ?? valueOf(definitions[name], left)
      if (value === undefined) found.push(lacking(name))
      else texts.set(name, [texts.get(name), value].filter(each => each !== undefined).join('\n'))
    }
  }
  throwIfAny(found)
  return { action, help, texts }
}

function valueOf(definition: Definition<unknown> | undefined, left: string[]): string | undefined {
  const [next] = left
  const isValue = next !== undefined && !next.startsWith('--')
  if (definition?.parse === flag && !(isValue && /^(true|false)$/.test(next))) return 'true'
  return isValue ? left.shift() : undefined
}

function unknown(argument: string, names: readonly string[]): Failure {
  const wanted = argument.replace(/^--/, '').replace(/=.*$/s, '')
  const near = nearest(wanted, argument.startsWith('--') ? names : Object.keys(actions))
  const hint = near === undefined ? '' : `Did you mean ${argument.startsWith('--') ? `--${near}` : near}? `
  return new Failure('INPUT_INVALID', `${JSON.stringify(argument)} is not an argument of giropops`, {
    hint: `${hint}\`giropops --help\` lists them all.`,
  })
}

function lacking(name: string): Failure {
  return new Failure('INPUT_INVALID', `--${name} needs a value`, {
    hint: `Give it as --${name} VALUE or --${name}=VALUE.`,
  })
}
