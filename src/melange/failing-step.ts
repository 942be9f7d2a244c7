import { isRecord, entriesOf, textOr } from './yaml-value.ts'

type Path = readonly (string | number)[]

/** What is known of the step that failed. */
export interface StepTrace {
  /** Names of the steps that had begun, in order. */
  readonly begun: readonly string[]
  /** How deep the failing step is nested, from 1; melange's error says "unable to run pipeline" once for each. */
  readonly depth: number
  /** Last lines that the build printed. */
  readonly output: readonly string[]
}

export interface FailingStep {
  readonly path: Path
  /** `step "compile"`, or the pipeline when more than one step may be it. */
  readonly title: string
}

interface Step {
  readonly path: Path
  readonly id: string
  readonly depth: number
  readonly kind: 'uses' | 'group' | 'runs'
  /** All that the step says, to be compared with the output. */
  readonly text: string
}

/**
 * Finds the failing step of a pipeline in the parsed melange file. melange's log names only steps with `name` or `uses`, so
 * unnamed ones are told by their place after a named one, their depth, and by what they print. In doubt: the whole pipeline.
 */
export function findFailingStep(pipeline: unknown, path: Path, trace: StepTrace): FailingStep {
  const steps = flatten(pipeline, path, 1)
  const last = lastBegun(steps, trace.begun)
  const next = steps.findIndex(({ id }, index) => index > last && id !== '')
  const possible = steps
    .slice(Math.max(last, 0), next === -1 ? undefined : next)
    .filter(step => mayFailAt(step, trace.depth))
  const step = possible.length > 1 ? byOutput(possible, trace.output) : possible[0]
  if (step === undefined) return { path, title: 'a step of its pipeline' }
  return { path: step.path, title: titleOf(step) }
}

/** The step at a path of indexes, as errors before the build give it (`Pipeline[1]: compiling Pipeline[0]`). */
export function stepPath(path: Path, indexes: readonly number[]): Path {
  return indexes.flatMap((index, level) => (level === 0 ? [...path, index] : ['pipeline', index]))
}

function flatten(pipeline: unknown, path: Path, depth: number): readonly Step[] {
  return entriesOf(pipeline).flatMap((item, index) => {
    if (!isRecord(item)) return []
    const here = [...path, index]
    const uses = textOr(item['uses'], '')
    const runs = textOr(item['runs'], '')
    const kind = uses !== '' ? 'uses' : runs === '' ? 'group' : 'runs'
    const step: Step = {
      path: here,
      id: textOr(item['name'], uses),
      depth,
      kind,
      text: `${textOr(item['name'], '')} ${uses} ${runs} ${JSON.stringify(item['with'] ?? {})}`,
    }
    return [step, ...flatten(item['pipeline'], [...here, 'pipeline'], depth + 1)]
  })
}

/** Index of the last begun step; names that are not in the file belong to the pipeline of a `uses`. */
function lastBegun(steps: readonly Step[], begun: readonly string[]): number {
  return begun.reduce((last, name) => {
    const found = steps.findIndex(({ id }, index) => index > last && id === name)
    return found === -1 ? last : found
  }, -1)
}

function mayFailAt(step: Step, depth: number): boolean {
  if (step.kind === 'uses') return depth >= step.depth
  return step.kind === 'runs' && depth === step.depth
}

/** From the last line back, the first whose words only one of the steps has. */
function byOutput(steps: readonly Step[], output: readonly string[]): Step | undefined {
  for (const line of output.toReversed()) {
    const words = line.match(/[\w./-]{3,}/g) ?? []
    const owners = words.flatMap(word => {
      const [owner, ...others] = steps.filter(({ text }) => text.includes(word))
      return owner === undefined || others.length > 0 ? [] : [owner]
    })
    const [owner] = owners
    if (owner !== undefined && owners.every(each => each === owner)) return owner
  }
  return undefined
}

function titleOf({ id, text }: Step): string {
  if (id !== '') return `step "${id}"`
  const [first = ''] = text.trim().split('\n')
  const line = first.replace(/ \{\}$/, '')
  return `step "${line.length > 60 ? `${line.slice(0, 59)}…` : line}"`
}
