import { Failure } from '../domain/failure.ts'
import { titleOf, type BuildJob } from './build-request.ts'
import type { BuildWatch } from './build-watch.ts'
import type { Explanation } from './explanation.ts'
import { explainMachine } from './machine-failure.ts'
import type { MelangeFile } from './melange-file.ts'
import { meaningful } from './melange-lines.ts'
import { explainRepositories } from './repository-failure.ts'
import { explainFile, explainStep } from './step-failure.ts'
import { isRecord } from './yaml-value.ts'

const mostLines = 10

/** The failure of a build that melange ended with `code`, from what its log told. */
export function explainBuild(job: BuildJob, watch: BuildWatch, code: number): Failure {
  const error = watch.error || endOf(code)
  const found =
    explainMachine(job, watch, error) ??
    explainRepositories(job.file, watch, error) ??
    explainFile(job.file, error) ??
    explainStep(job.file, watch, error) ??
    explainRest(job.file, error)
  return failureOf(`cannot build ${titleOf(job)}`, found, watch)
}

/** The failure that an explanation stands for, with the last lines that were printed where they tell more. */
export function failureOf(title: string, found: Explanation, watch: BuildWatch): Failure {
  const lines = found.withLines ? meaningful(watch.lines).slice(-mostLines) : []
  const message = [`${title}: ${found.what}`, ...lines.map(text => `  ${text}`)].join('\n')
  return new Failure(found.code, message, {
    at: found.at,
    ...(found.hint !== undefined && { hint: found.hint }),
  })
}

/** A death by signal N is code 128 + N. */
export function endOf(code: number): string {
  return code > 128 ? `melange was killed by signal ${code - 128}` : `melange ended with code ${code}`
}

function explainRest(file: MelangeFile, error: string): Explanation {
  const linter = /linter "([^"]+)" failed/.exec(error)?.[1]
  const at = file.placeOf(['package'])
  if (error === endOf(137)) {
    const hint =
      'The machine may have run out of memory: build fewer platforms side by side, or on a larger runner.'
    return { code: 'PACKAGE_FAILED', what: error, at, hint, withLines: true }
  }
  if (error.startsWith('panic: ') || error.startsWith('fatal error: ')) return explainCrash(file, error)
  if (linter === undefined) return { code: 'PACKAGE_FAILED', what: error, at, withLines: true }
  const hint = `Mend what the linter found, or turn it into a warning: "checks: {disabled: [${linter}]}" below "package:".`
  return { code: 'PACKAGE_FAILED', what: error, at, hint, withLines: true }
}

/** melange 0.58 and before dies of a vars-file when the file has no `vars` of its own. */
function explainCrash(file: MelangeFile, error: string): Explanation {
  const at = file.placeOf(['package'])
  const what = `melange crashed: ${error}`
  const noVars = isRecord(file.value) && file.value['vars'] === undefined
  if (!noVars || !error.includes('nil map')) return { code: 'PACKAGE_FAILED', what, at }
  const hint = `This melange crashes on "vars-file" when the file has no "vars:"; add "vars: {}" to ${file.file}.`
  return { code: 'PACKAGE_FAILED', what, at, hint }
}
