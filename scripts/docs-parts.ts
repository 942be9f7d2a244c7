import { actions, type ActionName } from '../src/inputs/actions.ts'
import type { Definitions } from '../src/inputs/definition.ts'
import { deadNames, olderNamesOf } from '../src/inputs/older-names.ts'
import { outputs, setupOutputs, type Output } from '../src/report/outputs.ts'
import { planOutputs } from '../src/report/plan-outputs.ts'
import { releaseOutputs } from '../src/report/release-outputs.ts'

const outputsOfAction: Record<ActionName, Readonly<Record<string, Pick<Output, 'help'>>>> = {
  build: { ...outputs, ...releaseOutputs },
  setup: setupOutputs,
  package: only('packages', 'public-key', 'record'),
  image: outputs,
  sign: only('digest', 'image', 'tags', 'bundle-paths', 'verify-commands', 'record'),
  release: releaseOutputs,
  plan: planOutputs,
}

/** The `inputs` of an action.yml, indented by two. */
export function actionInputs(action: ActionName): string {
  const definitions: Definitions = actions[action]
  const today = Object.entries(definitions).map(([name, { help, default: fallback, expression }]) => {
    const text = expression ?? fallback
    return entry(name, { description: help, ...(text === undefined ? {} : { default: text }) })
  })
  const older = [...olderNamesOf(Object.keys(definitions))].map(([name, now]) =>
    entry(name, { description: `Older name of ${now}.`, deprecationMessage: `use "${now}"` }),
  )
  const dead = deadNames.map(name =>
    entry(name, { description: 'Has no effect.', deprecationMessage: 'remove it' }),
  )
  return [...today, ...older, ...(action === 'setup' ? [] : dead)].join('')
}

/** The `outputs` of an action.yml, indented by two. */
export function actionOutputs(action: ActionName): string {
  return Object.entries(outputsOfAction[action])
    .map(([name, { help }]) => entry(name, { description: help }))
    .join('')
}

export function inputsTable(action: ActionName): string {
  const definitions: Definitions = actions[action]
  const rows = Object.entries(definitions).map(([name, { help, default: fallback, expression }]) => {
    const text = expression === undefined ? fallback : "the job's token"
    return [`\`${name}\``, text === undefined ? '' : expression === undefined ? `\`${text}\`` : text, help]
  })
  return table(['Input', 'Default', 'Meaning'], rows)
}

export function outputsTable(action: ActionName): string {
  const rows = Object.entries(outputsOfAction[action]).map(([name, { help }]) => [`\`${name}\``, help])
  return table(['Output', 'Meaning'], rows)
}

function only(...names: string[]): Record<string, Output> {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => names.includes(name)))
}

function entry(name: string, fields: Record<string, string>): string {
  const lines = Object.entries(fields).map(([key, text]) => `    ${key}: ${quote(text)}\n`)
  return `  ${name}:\n${lines.join('')}`
}

function quote(text: string): string {
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return `\n${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}\n`
}
