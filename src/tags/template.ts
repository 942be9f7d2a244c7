import { nearest } from '../domain/nearest.ts'
import { Wrong } from './wrong.ts'

/** An expression as it is called: `{{date 'YYYYMMDD' tz='UTC'}}`. */
export interface Call {
  readonly name: string
  readonly args: readonly string[]
  readonly named: ReadonlyMap<string, string>
}

/** What an expression stands for; throws Wrong for arguments that it does not take. */
export type Expression = (call: Call) => string
export type Expressions = Readonly<Record<string, Expression>>

interface Hole {
  readonly call: Call
  /** `{{{…}}}`: not escaped. */
  readonly raw: boolean
}

/** A template that was understood: texts and the holes between them. */
export type Template = readonly (string | Hole)[]

const hole = /\{\{(\{?)(?:'[^']*'|"[^"]*"|[^{}'"])*\}\}(\}?)/gs
const argument = /(?:([A-Za-z_][\w-]*)=)?(?:'([^']*)'|"([^"]*)"|([^\s'"=]+))(?=\s|$)|\S+/g

/** Reads `mytag-{{branch}}`: Handlebars' expressions with texts and numbers as arguments, without blocks. Throws Wrong. */
export function parseTemplate(text: string): Template {
  const parts: (string | Hole)[] = []
  let at = 0
  for (const match of text.matchAll(hole)) {
    const [all, open = '', close = ''] = match
    parts.push(literal(text.slice(at, match.index)))
    if (open.length !== close.length) throw new Wrong(`${all} has not as many "}" as "{"`)
    parts.push({ call: readCall(all, all.slice(2 + open.length, -2 - close.length)), raw: open === '{' })
    at = match.index + all.length
  }
  return [...parts, literal(text.slice(at))].filter(part => part !== '')
}

/** Whether a template is that one expression and nothing else. */
export function isOnly(template: Template, name: string): boolean {
  const [first] = template
  return template.length === 1 && typeof first === 'object' && first.call.name === name
}

/** Fills the holes; with `escaped` as Handlebars does for HTML, unless a hole has three braces. Throws Wrong. */
export function fillTemplate(template: Template, expressions: Expressions, escaped = true): string {
  return template.map(part => (typeof part === 'string' ? part : fill(part, expressions, escaped))).join('')
}

function fill({ call, raw }: Hole, expressions: Expressions, escaped: boolean): string {
  const expression = Object.hasOwn(expressions, call.name) ? expressions[call.name] : undefined
  if (expression === undefined) {
    const accepted = Object.keys(expressions)
    const near = nearest(call.name, accepted)
    throw new Wrong(
      `there is no {{${call.name}}} here; accepted: ${accepted.join(', ')}`,
      near === undefined ? undefined : `Write {{${near}}}.`,
    )
  }
  const value = expression(call)
  return escaped && !raw ? value.replace(/[&<>"'`=]/g, character => entities[character] ?? character) : value
}

/** What Handlebars writes for these characters; tags keep the letters of it. */
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
}

function literal(text: string): string {
  if (text.includes('{{')) throw new Wrong(`"{{" has no "}}" in ${JSON.stringify(text)}`)
  return text
}

function readCall(all: string, inside: string): Call {
  const [, name, rest = ''] = /^\s*([A-Za-z_][\w-]*)(?=\s|$)(.*)$/s.exec(inside) ?? []
  if (name === undefined) {
    throw new Wrong(`${all} is not an expression; accepted: a name and its arguments, {{date 'YYYYMMDD'}}`)
  }
  const args: string[] = []
  const named = new Map<string, string>()
  for (const [word, key, single, double, bare] of rest.trim().matchAll(argument)) {
    const value = single ?? double ?? bare
    if (value === undefined || (bare !== undefined && !/^\d+$/.test(bare))) {
      throw new Wrong(`${all}: ${JSON.stringify(word)} is not a text or number`, 'Write it in single quotes.')
    }
    if (key === undefined) args.push(value)
    else named.set(key, value)
  }
  return { name, args, named }
}
