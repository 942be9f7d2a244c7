import { architectures, findArchitecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { RunnerChoice } from '../domain/runner-choice.ts'
import type { Parse } from './parse.ts'
import { shownText } from './shown-text.ts'

const sample = 'linux/arm64=ubuntu-24.04-arm'

/** Lines of `platform=label`, the platform whole or its beginning, labels by comma. Every wrong line is told, with its number. */
export const runners: Parse<readonly RunnerChoice[]> = (value, name) => {
  const found: Failure[] = []
  const choices = new Map<string, RunnerChoice>()
  for (const [index, text] of (value ?? '').split('\n').entries()) {
    const line = text.trim()
    if (line === '' || line.startsWith('#')) continue
    const wrong = (what: string): void =>
      void found.push(
        new Failure('INPUT_INVALID', `input "${name}", line ${index + 1}: ${shownText(line)} ${what}`, {
          hint: `Write a platform and a runner, such as ${sample}.`,
        }),
      )
    const choice = choiceOf(line)
    if (choice === undefined) wrong('is not platform=runner')
    else if (!architectures.some(({ platform }) => platform.startsWith(choice.prefix)))
      wrong(
        `names no platform; accepted: ${architectures.map(({ platform }) => platform).join(', ')}, or a beginning of these`,
      )
    else if (choices.has(choice.prefix)) wrong('names a platform that another line has')
    else choices.set(choice.prefix, choice)
  }
  throwIfAny(found)
  return [...choices.values()]
}

function choiceOf(line: string): RunnerChoice | undefined {
  const [, key = '', value = ''] = /^([^=]*)=(.*)$/.exec(line) ?? []
  const labels = value
    .split(',')
    .map(label => label.trim())
    .filter(label => label !== '')
  const prefix = key.trim().toLowerCase()
  if (prefix === '' || labels.length === 0) return undefined
  return { prefix: findArchitecture(prefix)?.platform ?? prefix, labels }
}
