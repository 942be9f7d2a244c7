import type { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { actions, type ActionName } from './actions.ts'
import type { Definition, Definitions } from './definition.ts'
import { givenTwice, lackingValue, secretAsValue, unknownArgument } from './flag-failures.ts'
import { deadNames, olderNamesOf } from './older-names.ts'
import { flag, takesSeveral } from './parse.ts'
import { runners } from './runner-map.ts'
import { isSecretItself } from './shown-text.ts'

/** A command line that was understood. */
export interface CommandLine {
  readonly action: ActionName
  readonly help: boolean
  readonly version: boolean
  /** Text by input name; several of one flag are joined, a line each. */
  readonly texts: ReadonlyMap<string, string>
}

/**
 * Reads `giropops [action] --name value --name=value --flag`. Every input is a flag of the same name; a flag alone means true.
 * All that is not understood is reported at once (INPUT_INVALID each); secrets are never in a message.
 */
export function readFlags(argv: readonly string[]): CommandLine {
  const [first = '', ...rest] = argv
  if (first === 'help') return readFlags([...rest, '--help'])
  const named = Object.hasOwn(actions, first)
  const action = named ? (first as ActionName) : 'build'
  const reader: Reader = {
    definitions: actions[action],
    older: olderNamesOf(Object.keys(actions[action])),
    left: named ? rest : [...argv],
    found: [],
    texts: new Map(),
  }
  const asked = new Set<string>()
  while (reader.left.length > 0) {
    const argument = reader.left.shift() ?? ''
    const question = questions.get(argument)
    if (question === undefined) keep(readFlag(argument, reader), reader)
    else asked.add(question)
  }
  throwIfAny(reader.found)
  return { action, help: asked.has('help'), version: asked.has('version'), texts: reader.texts }
}

const questions: ReadonlyMap<string, 'help' | 'version'> = new Map([
  ['--help', 'help'],
  ['-h', 'help'],
  ['--version', 'version'],
  ['-v', 'version'],
])

interface Reader {
  readonly definitions: Definitions
  /** Names of today by older ones. */
  readonly older: ReadonlyMap<string, string>
  /** Arguments not read yet. */
  readonly left: string[]
  readonly found: Failure[]
  readonly texts: Map<string, string>
}

function definitionOf(
  name: string,
  { definitions, older }: Pick<Reader, 'definitions' | 'older'>,
): Definition<unknown> | undefined {
  return definitions[older.get(name) ?? name]
}

interface Given {
  readonly name: string
  readonly text: string
}

function keep(given: Given | undefined, { texts, found, ...reader }: Reader): void {
  if (given === undefined) return
  const { name, text } = given
  const before = texts.get(name)
  const definition = definitionOf(name, reader)
  const once = definition && definition.parse !== runners && !takesSeveral(definition.parse)
  if (before !== undefined && once) found.push(givenTwice(name))
  texts.set(name, before === undefined ? text : `${before}\n${text}`)
}

function readFlag(argument: string, reader: Reader): Given | undefined {
  const { definitions, older, left, found } = reader
  const [, name = '', text] = /^--([a-z0-9-]+)(?:=(.*))?$/s.exec(argument) ?? []
  const known = [...Object.keys(definitions), ...older.keys(), ...deadNames]
  const definition = definitionOf(name, reader)
  if (definition?.secret && takePasted(text, left)) {
    found.push(secretAsValue(name, older.get(name) ?? name))
    return undefined
  }
  const value = text ?? (name === '' ? undefined : valueOf(definition, left))
  if (value !== undefined && known.includes(name)) return { name, text: value }
  found.push(known.includes(name) ? lackingValue(name) : unknownArgument(argument, known))
  return undefined
}

/** Whether a flag's value is a secret itself; it is not read again then. */
function takePasted(text: string | undefined, left: string[]): boolean {
  const pasted = isSecretItself(text ?? left[0] ?? '')
  if (pasted && text === undefined) left.shift()
  return pasted
}

function valueOf(definition: Definition<unknown> | undefined, left: string[]): string | undefined {
  const [next] = left
  const isValue = next !== undefined && !next.startsWith('--')
  if (definition?.parse === flag && !(isValue && /^(true|false)$/.test(next))) return 'true'
  return isValue ? left.shift() : undefined
}
