import type { InputLine } from '../domain/input-line.ts'
import { nearest } from '../domain/nearest.ts'
import { csvFields } from './csv-fields.ts'
import {
  choices,
  ruleTypes,
  sharedAttributes,
  type Rule,
  type RuleType,
  type RuleTypeName,
} from './rule-types.ts'
import { Wrong, wrongValue } from './wrong.ts'

/** The rules of a line: one, or with plain tags (`1.0.0, latest`) one for each. Throws Wrong. */
export function readRules(line: InputLine): readonly Rule[] {
  const fields = fieldsOf(line.text)
  if (fields.every(field => !isPair(field))) {
    return fields.map(value => readRule(line, new Map([['value', value]]), !value.includes('{{')))
  }
  const given = new Map<string, string>()
  const bare: string[] = []
  for (const field of fields) {
    const at = field.indexOf('=')
    if (isPair(field)) given.set(field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim())
    else bare.push(field)
  }
  const [value, ...others] = bare
  if (value === undefined) return [readRule(line, given, false)]
  const raw = (given.get('type') ?? 'raw') === 'raw' && !given.has('value')
  if (!raw || others.length > 0) throw notPair(others.at(-1) ?? value)
  return [readRule(line, given.set('value', value), false)]
}

/** Fields of a line; metadata-action reads its lines as CSV twice, so what it needs to be quoted twice is understood as well. */
function fieldsOf(text: string): readonly string[] {
  const [first = '', ...others] = csvFields(text)
  const fields = others.length === 0 && text.startsWith('"') ? csvFields(first) : [first, ...others]
  return fields
    .map(field => /^"(.*)"$/s.exec(field)?.[1]?.replaceAll('""', '"') ?? field)
    .map(field => field.trim())
    .filter(field => field !== '')
}

function notPair(field: string): Wrong {
  return new Wrong(
    `${JSON.stringify(field)} is not key=value`,
    'Put an attribute with commas in quotes, its name as well: type=match,"pattern=\\d{1,3}".',
  )
}

/** Whether a field is `key=value`; an equals sign within an expression does not make it one. */
function isPair(field: string): boolean {
  return /^[^={]+=/.test(field)
}

function readRule({ line, text }: InputLine, given: ReadonlyMap<string, string>, verbatim: boolean): Rule {
  const type = typeOf(given.get('type'))
  const kind: RuleType = ruleTypes[type]
  const accepted = ['type', ...Object.keys(kind.attributes), ...sharedAttributes]
  for (const name of given.keys()) if (!accepted.includes(name)) throw unknownAttribute(name, type, accepted)
  const attributes = Object.entries(kind.attributes).map(([name, fallback]) => {
    const value = given.get(name) ?? fallback
    if (value === undefined)
      throw new Wrong(`type=${type} needs "${name}"`, `Write type=${type},${samples[type]}.`)
    const values = choices[name]
    if (values?.includes(value) === false) throw wrongValue(name, value, values.join(', '))
    return [name, value] as const
  })
  const prefix = given.get('prefix') ?? (given.get('event') === 'pr' ? 'pr-' : kind.prefix)
  return {
    line,
    text,
    type,
    attributes: Object.fromEntries(attributes),
    enable: given.get('enable') ?? 'true',
    priority: numberOf('priority', given.get('priority') ?? String(kind.priority)),
    prefix,
    suffix: given.get('suffix'),
    verbatim,
  }
}

function typeOf(text = 'raw'): RuleTypeName {
  const names = Object.keys(ruleTypes) as RuleTypeName[]
  const found = names.find(name => name === text)
  if (found !== undefined) return found
  const near = nearest(text, names)
  const hint = near === undefined ? undefined : `Write type=${near}.`
  throw new Wrong(`type is ${JSON.stringify(text)}; accepted: ${names.join(', ')}`, hint)
}

const samples: Readonly<Partial<Record<RuleTypeName, string>>> = {
  semver: 'pattern={{version}}',
  pep440: 'pattern={{version}}',
  match: 'pattern=v(.*),group=1',
  ref: 'event=branch',
  raw: 'value=latest',
}

function unknownAttribute(name: string, type: string, accepted: readonly string[]): Wrong {
  const near = nearest(name, accepted)
  const hint = near === undefined ? undefined : `Write ${near}=.`
  return new Wrong(
    `type=${type} has no attribute ${JSON.stringify(name)}; accepted: ${accepted.join(', ')}`,
    hint,
  )
}

function numberOf(name: string, text: string): number {
  const value = Number(text)
  if (text !== '' && Number.isFinite(value)) return value
  throw wrongValue(name, text, 'a number')
}
