import { expect } from 'vitest'
import type { StepResult } from '../runner/job.ts'
import { leftovers } from './leftovers.ts'
import { plainText } from './plain-text.ts'
import type { Scene } from './scene.ts'

export interface SeenFailure {
  readonly code: string
  /** Message and hint, as people read them, in the words of every machine. */
  readonly text: string
  /** `melange.yaml:3:5`; empty when it has no place. */
  readonly at: string
}

/** The failures that a step told, in their order. */
export function failuresOf(
  result: StepResult,
  names: Readonly<Record<string, string>> = {},
): readonly SeenFailure[] {
  return result.annotations
    .filter(({ command }) => command === 'error')
    .map(({ message, properties }) => {
      const [, text = message, code = ''] = /^(.*)\n\(([A-Z_]+)\)$/s.exec(message) ?? []
      const { file, line, col } = properties
      return { code, text: plainText(text, names), at: [file, line, col].filter(Boolean).join(':') }
    })
}

/** Makes sure that a step (or a command) ended well; `raw` is shown otherwise. */
export function expectSuccess(
  result: { readonly code: number | null; readonly raw: string } | undefined,
): void {
  if (result?.code !== 0) throw new Error(`ended with ${result?.code}:\n${result?.raw}`)
}

/** Makes sure that a step ended as a failed one has to: code 1, nothing handed over, nothing left behind. Answers what it told. */
export async function expectFailed(scene: Scene, result: StepResult): Promise<readonly SeenFailure[]> {
  const { code, signal, outputs, paths, summary } = result
  const found = failuresOf(result, {
    mirror: scene.server.url,
    workspace: scene.job.workspace,
    job: scene.job.root,
  })
  const bugs = found.filter(failure => failure.code === '')
  if (code !== 1 || found.length === 0 || bugs.length > 0)
    throw new Error(`not a failure that was foreseen:\n${result.raw}`)
  expect({ signal, outputs, paths, summary }).toEqual({ signal: null, outputs: {}, paths: [], summary: '' })
  expect(await leftovers(scene.job)).toEqual([])
  return found
}

/** As {@link expectFailed}, where there is one failure. */
export async function expectFailure(scene: Scene, result: StepResult): Promise<SeenFailure> {
  const [failure, ...others] = await expectFailed(scene, result)
  if (failure === undefined) throw new Error('no failure')
  expect(others).toEqual([])
  return failure
}
