import { actions } from '../src/inputs/actions.ts'
import type { Definition, Definitions } from '../src/inputs/definition.ts'
import { flag } from '../src/inputs/parse.ts'
import { outputs } from '../src/report/outputs.ts'

/** Jobs of the reusable workflow that are a step of ours. */
export type WorkflowJob = 'plan' | 'package' | 'image'

const released = 'a job of the caller makes the release, with a permission that only that job has'

/** Inputs of our actions that callers do not give, and why. */
export const notPassed: Readonly<Record<string, string>> = {
  output: 'every job has a folder of its own, and keeps it as artifacts',
  load: 'no container engine outlives the job',
  packages: 'the image leg gets those of the other legs',
  release: released,
  draft: released,
  assets: released,
  'major-tag': released,
}

/** Inputs of a step that are written by hand, since they come from other steps or jobs as well. */
export const writtenInputs: Readonly<Record<WorkflowJob, readonly string[]>> = {
  plan: [],
  package: ['melange-config', 'platforms', 'version-check'],
  image: ['packages'],
}

/** Inputs of the image leg alone. Legs sign in today's form, which the merge verifies; an old apko gets its own form after that. */
export const imageOnly: ReadonlySet<string> = new Set(['apko-version', 'apko-sha256'])

/** Every input that a caller may give, in the order of the root action; then those of the plan. */
export const workflowInputs: Definitions = Object.fromEntries(
  Object.entries<Definition<unknown>>({ ...actions.build, ...actions.plan }).filter(
    ([name]) => !(name in notPassed),
  ),
)

/**
 * The generated parts of build.yaml by the names of their markers, each with its indentation. Legs run other people's recipes:
 * none of them is given a secret.
 */
export function workflowParts(): Readonly<Record<string, string>> {
  const all = Object.entries(workflowInputs)
  return {
    inputs: all
      .filter(([, { secret }]) => !secret)
      .map(inputEntry)
      .join(''),
    secrets: all
      .filter(([, { secret }]) => secret)
      .map(secretEntry)
      .join(''),
    outputs: textOutputs().map(outputEntry).join(''),
    'plan step': passed('plan').map(passedEntry).join(''),
    'package step': passed('package').map(passedEntry).join(''),
    'image step': passed('image').map(passedEntry).join(''),
    'image job': textOutputs().map(imageOutputEntry).join(''),
    paths: `          path: |\n${keptPaths().map(pathEntry).join('')}`,
  }
}

/** Inputs of a job's step that are the caller's. */
export function passed(job: WorkflowJob): readonly string[] {
  return Object.keys(actions[job]).filter(name => {
    const definition = workflowInputs[name]
    if (definition === undefined || writtenInputs[job].includes(name)) return false
    return job === 'image' || !(definition.secret || imageOnly.has(name))
  })
}

/** Outputs that mean something on another machine. */
export function textOutputs(): readonly string[] {
  return Object.keys(outputs).filter(name => !isPath(name))
}

/** Outputs that are paths, which the record's artifact holds; packages have an artifact of their own. */
export function keptPaths(): readonly string[] {
  return Object.keys(outputs).filter(name => isPath(name) && !['packages', 'public-key'].includes(name))
}

function isPath(name: string): boolean {
  return /^(Paths?|Folder) of /.test(outputs[name]?.help ?? '')
}

function inputEntry([name, definition]: readonly [string, Definition<unknown>]): string {
  const { help, default: fallback = '' } = definition
  const isFlag = definition.parse === flag
  return (
    `      ${name}:\n        description: ${quote(help)}\n        type: ${isFlag ? 'boolean' : 'string'}\n` +
    `        default: ${isFlag ? fallback : quote(fallback)}\n`
  )
}

function secretEntry([name, { help }]: readonly [string, Definition<unknown>]): string {
  return `      ${name}:\n        description: ${quote(help)}\n        required: false\n`
}

function outputEntry(name: string): string {
  const description = quote(outputs[name]?.help ?? '')
  return `      ${name}:\n        description: ${description}\n        value: \${{ jobs.image.outputs.${name} }}\n`
}

function imageOutputEntry(name: string): string {
  return `      ${name}: \${{ steps.image.outputs.${name} }}\n`
}

/** What a caller left out is empty, which an action takes as left out; a default that is an expression is told here. */
function passedEntry(name: string): string {
  const { secret, expression } = workflowInputs[name] ?? {}
  const given = secret ? `secrets.${name}` : `inputs.${name}`
  const fallback = /^\$\{\{ (.*) \}\}$/.exec(expression ?? '')?.[1]
  return `          ${name}: \${{ ${given}${fallback === undefined ? '' : ` || ${fallback}`} }}\n`
}

function pathEntry(name: string): string {
  return `            \${{ steps.image.outputs.${name} }}\n`
}

function quote(text: string): string {
  return /["\\]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`
}
