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
  const named = (argv[0] ?? '') in actions
  const action = named ? (argv[0] as ActionName) : 'build'
  const reader: Reader = { definitions: actions[action], left: argv.slice(named ? 1 : 0), found: [] }
  const texts = new Map<string, string>()
  let help = false
  while (reader.left.length > 0) {
    const argument = reader.left.shift() ?? ''
    if (argument === '--help' || argument === '-h') {
      help = true
      continue
    }
    const read = readFlag(argument, reader)
    if (read === undefined) continue
    const before = texts.get(read.name)
    texts.set(read.name, before === undefined ? read.text : `${before}\n${read.text}`)
  }
  throwIfAny(reader.found)
  return { action, help, texts }
}

interface Reader {
  readonly definitions: Definitions
  /** Arguments not read yet. */
  readonly left: string[]
  readonly found: Failure[]
}

function readFlag(argument: string, reader: Reader): { name: string; text: string } | undefined {
  const [, name = '', text] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(argument) ?? []
  const names = Object.keys(reader.definitions)
  const known = [...names, ...olderNamesOf(names).keys(), ...deadNames]
  const value = name === '' ? undefined : (text ?? valueOf(reader.definitions[name], reader.left))
  if (!known.includes(name)) reader.found.push(unknown(argument, known))
  else if (value === undefined) reader.found.push(lacking(name))
  else return { name, text: value }
  return undefined
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
