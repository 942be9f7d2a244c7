import type { BuildWatch } from './build-watch.ts'
import type { Explanation } from './explanation.ts'
import { findFailingStep, stepPath, type FailingStep } from './failing-step.ts'
import type { MelangeFile } from './melange-file.ts'
import { meaningful } from './melange-lines.ts'
import { entriesOf, isRecord } from './yaml-value.ts'

/** What melange finds wrong in the file before it builds anything; undefined when it was something else. */
export function explainFile(file: MelangeFile, error: string): Explanation | undefined {
  const field = /^\s*line (\d+): (.+)$/m.exec(error)
  if (field !== null && /configuration/.test(error)) {
    const line = Number(field[1])
    return {
      code: 'CONFIG_INVALID',
      what: `${file.file}:${line}: ${field[2]}`,
      at: { file: file.file, line },
    }
  }
  const indexes = [...error.matchAll(/Pipeline\[(\d+)\]/g)].map(([, index]) => Number(index))
  const subpackage = /compiling subpackage "([^"]+)"/.exec(error)?.[1]
  if (!error.startsWith('compiling ') || indexes.length === 0) return undefined
  const at = file.placeOf(stepPath(pipelineOf(file, subpackage).path, indexes))
  return { code: 'CONFIG_INVALID', what: error, at }
}

/** Which step failed; undefined when it was something else. */
export function explainStep(file: MelangeFile, watch: BuildWatch, error: string): Explanation | undefined {
  const failed =
    /^unable to run (?:package|subpackage) \S+ pipeline: ((?:unable to run pipeline: )+)(.*)$/s.exec(error)
  if (failed === null) return undefined
  const [, wrapped = '', reason = ''] = failed
  const { value, path } = pipelineOf(file, watch.subpackage)
  const output = meaningful(watch.lines)
  const step = findFailingStep(value, path, {
    begun: watch.begun,
    depth: wrapped.split(': ').length - 1,
    output,
  })
  return failedStep(step, { file, reason, subpackage: watch.subpackage })
}

/** What is told of a step that failed. */
export function failedStep(
  { title, path }: FailingStep,
  { file, reason, subpackage }: { file: MelangeFile; reason: string; subpackage: string | undefined },
): Explanation {
  const where = subpackage === undefined ? '' : ` of subpackage ${subpackage}`
  return {
    code: 'PACKAGE_FAILED',
    what: `${title}${where} failed (${reason})`,
    at: file.placeOf(path),
    withLines: true,
  }
}

function pipelineOf(
  file: MelangeFile,
  subpackage: string | undefined,
): { value: unknown; path: (string | number)[] } {
  const root = isRecord(file.value) ? file.value : {}
  if (subpackage === undefined) return { value: root['pipeline'], path: ['pipeline'] }
  const index = file.indexOfSubpackage(subpackage)
  const item = entriesOf(root['subpackages'])[index]
  return { value: isRecord(item) ? item['pipeline'] : undefined, path: ['subpackages', index, 'pipeline'] }
}
