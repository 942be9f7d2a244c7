import type { Failure } from '../domain/failure.ts'
import { endOf, failureOf } from './build-failure.ts'
import { titleOf, type BuildJob } from './build-request.ts'
import type { BuildWatch } from './build-watch.ts'
import { declaredTests } from './declared-tests.ts'
import type { Explanation } from './explanation.ts'
import { findFailingStep } from './failing-step.ts'
import { explainMachine } from './machine-failure.ts'
import type { MelangeFile } from './melange-file.ts'
import { meaningful } from './melange-lines.ts'
import { explainRepositories } from './repository-failure.ts'
import { failedStep } from './step-failure.ts'

/** The failure of tests that melange ended with `code`, on the line of the failing step. */
export function explainTest(job: BuildJob, watch: BuildWatch, code: number): Failure {
  const { file } = job
  const error = watch.error.replace(/^failed to test package: /, '') || endOf(code)
  const at = placeOfTest(file, watch.subpackage)
  const unresolved = explainRepositories(file, watch, error)
  const found: Explanation = explainMachine(job, watch, error) ??
    (unresolved && { ...unresolved, at }) ??
    explainStep(file, watch, error) ?? { code: 'PACKAGE_FAILED', what: error, at, withLines: true }
  return failureOf(`the tests of ${titleOf(job)} failed`, found, watch)
}

function explainStep(file: MelangeFile, watch: BuildWatch, error: string): Explanation | undefined {
  const [, wrapped = '', reason = ''] = /^((?:unable to run pipeline: )+)(.*)$/s.exec(error) ?? []
  const test = testOf(file, watch.subpackage)
  if (wrapped === '' || test === undefined) return undefined
  // One more than for a build: the run of the whole pipeline says it, too.
  const depth = Math.max(1, wrapped.split(': ').length - 2)
  const step = findFailingStep(test.pipeline, [...test.path, 'pipeline'], {
    begun: watch.begun,
    depth,
    output: meaningful(watch.lines),
  })
  return failedStep(step, { file, reason, subpackage: watch.subpackage })
}

function testOf(file: MelangeFile, subpackage: string | undefined) {
  return declaredTests(file).find(each => each.package === (subpackage ?? file.name))
}

function placeOfTest(file: MelangeFile, subpackage: string | undefined) {
  return file.placeOf(testOf(file, subpackage)?.path ?? ['package'])
}
