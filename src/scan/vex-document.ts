import { resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import { readYamlFile, type YamlFile } from '../domain/yaml-file.ts'
import { ofInput } from './named-input.ts'
import { vexJustifications, vexStatuses, type VexProduct, type VexStatement } from './vex-statement.ts'

type Path = readonly (string | number)[]
type Fields = Readonly<Record<string, unknown>>

/** Statements of several documents, and all that is wrong with them. */
export interface VexList {
  readonly statements: readonly VexStatement[]
  readonly failures: readonly Failure[]
}

/** Reads the OpenVEX documents that the input `vex` names: CONFIG_MISSING, or CONFIG_INVALID with the line, for each that is wrong. */
export async function readVexDocuments(files: readonly string[], workspace: string): Promise<VexList> {
  const statements: VexStatement[] = []
  const failures: Failure[] = []
  for (const file of files) {
    await collect(failures, async () => {
      // JSON is YAML, and a YAML reader knows the lines.
      statements.push(...readVex(await readYamlFile(resolve(workspace, file), file)))
    })
  }
  return { statements, failures: failures.map(failure => ofInput('vex', failure)) }
}

/** The statements of an OpenVEX document (v0.2.0, and the texts in place of objects of v0.0.1). Fails with CONFIG_INVALID. */
export function readVex(document: YamlFile): readonly VexStatement[] {
  const found: Failure[] = []
  const wrong = (path: Path, what: string): void => {
    const at = document.placeOf(path)
    const hint =
      'Documents are those of OpenVEX v0.2.0 (https://github.com/openvex/spec); vexctl writes them.'
    found.push(new Failure('CONFIG_INVALID', `${at.file}:${at.line}: ${what}`, { at, hint }))
  }
  const root = fieldsOf(document.value)
  if (!textOf(root['@context']).startsWith('https://openvex.dev/ns')) {
    wrong(['@context'], 'not an OpenVEX document: its "@context" is not https://openvex.dev/ns/v0.2.0')
  } else {
    for (const key of ['@id', 'author'] as const)
      if (textOf(root[key]) === '') wrong([key], `"${key}" is missing`)
    if (Number.isNaN(timeOf(root)))
      wrong(['timestamp'], '"timestamp" is no time such as 2026-01-31T12:00:00Z')
    if (listOf(root['statements']).length === 0) wrong(['statements'], '"statements" is missing or empty')
  }
  throwIfAny(found)
  const statements = listOf(root['statements']).map((item, index) => {
    const path = ['statements', index]
    const statement = statementOf(fieldsOf(item), timeOf(root))
    for (const problem of problemsOf(fieldsOf(item), statement))
      wrong(path, `statement ${index + 1}: ${problem}`)
    return { ...statement, at: document.placeOf(path) }
  })
  throwIfAny(found)
  return statements
}

function statementOf(fields: Fields, documentTime: number): Omit<VexStatement, 'at'> {
  const vulnerability = fields['vulnerability']
  const named = fieldsOf(vulnerability)
  const names = [vulnerability, named['name'], named['@id'], ...listOf(named['aliases'])].map(textOf)
  const reasons = [fields['justification'], fields['impact_statement']].map(textOf)
  return {
    names: names.filter(name => name !== ''),
    status: vexStatuses.find(status => status === fields['status']) ?? 'under_investigation',
    products: listOf(fields['products']).map(productOf),
    reason: reasons.filter(text => text !== '').join(': ') || textOf(fields['status_notes']),
    time: fields['timestamp'] === undefined ? documentTime : timeOf(fields),
  }
}

function problemsOf(fields: Fields, { names, products, time }: Omit<VexStatement, 'at'>): readonly string[] {
  const problems: string[] = []
  const { status, justification } = fields
  if (names.length === 0) problems.push('"vulnerability" has no "name"')
  if (!vexStatuses.some(each => each === status)) {
    problems.push(`"status" is ${JSON.stringify(status)}; accepted: ${vexStatuses.join(', ')}`)
  }
  if (products.length === 0) problems.push('"products" is missing or empty, so it holds for nothing')
  if (products.some(({ names: own, parts }) => [own, ...parts].some(each => each.length === 0))) {
    problems.push('a product or subcomponent has neither "@id" nor "identifiers"')
  }
  if (justification !== undefined && !vexJustifications.some(each => each === justification)) {
    problems.push(
      `"justification" is ${JSON.stringify(justification)}; accepted: ${vexJustifications.join(', ')}`,
    )
  }
  if (status === 'not_affected' && justification === undefined && textOf(fields['impact_statement']) === '') {
    problems.push('"not_affected" needs a "justification" or an "impact_statement"')
  }
  if (Number.isNaN(time)) problems.push('"timestamp" is no time such as 2026-01-31T12:00:00Z')
  return problems
}

function productOf(item: unknown): VexProduct {
  return { names: namesOf(item), parts: listOf(fieldsOf(item)['subcomponents']).map(namesOf) }
}

function namesOf(item: unknown): readonly string[] {
  const fields = fieldsOf(item)
  const texts = [item, fields['@id'], fieldsOf(fields['identifiers'])['purl']].map(textOf)
  return texts.filter(text => text !== '')
}

/** A day or a time of ISO 8601, as RFC 3339 has it; Date.parse takes much else, as `1`. */
const isoTime = /^\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:?\d{2})?)?$/

function timeOf(fields: Fields): number {
  const text = textOf(fields['last_updated']) || textOf(fields['timestamp'])
  return isoTime.test(text) ? Date.parse(text) : Number.NaN
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
