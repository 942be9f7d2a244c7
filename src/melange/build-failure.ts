import { runsNatively } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import { titleOf, type BuildJob } from './build-request.ts'
import type { BuildWatch } from './build-watch.ts'
import type { Explanation } from './explanation.ts'
import { findFailingStep, stepPath } from './failing-step.ts'
import type { MelangeFile } from './melange-file.ts'
import { meaningful } from './melange-lines.ts'
import { explainRepositories } from './repository-failure.ts'
import { entriesOf, isRecord } from './yaml-value.ts'

const mostLines = 10

/** The failure of a build that melange ended with `code`, from what its log told. */
export function explainBuild(job: BuildJob, watch: BuildWatch, code: number): Failure {
  const error = watch.error || endOf(code)
  const found =
    explainMachine(job, watch, error) ??
    explainRepositories(job.file, watch, error) ??
    explainFile(job, error) ??
    explainStep(job, watch, error) ??
    explainRest(job, error)
  const lines = found.withLines ? meaningful(watch.lines).slice(-mostLines) : []
  const message = [`cannot build ${titleOf(job)}: ${found.what}`, ...lines.map(text => `  ${text}`)].join(
    '\n',
  )
  return new Failure(found.code, message, {
    at: found.at,
    ...(found.hint !== undefined && { hint: found.hint }),
  })
}

function explainMachine(
  { file, architecture, request }: BuildJob,
  watch: BuildWatch,
  error: string,
): Explanation | undefined {
  const at = file.placeOf(['package'])
  const all = [error, ...watch.lines.map(({ text }) => text)].join('\n')
  if (/no space left on device/i.test(all)) {
    return {
      code: 'DISK_FULL',
      what: `no space left on the disk: ${error}`,
      at,
      hint: 'Free space, or name a larger disk as "output" and RUNNER_TEMP.',
    }
  }
  const foreign = !runsNatively(request.machine.architecture, architecture)
  if (/exec format error/i.test(all) || (foreign && /Container \w+ is not running/.test(error))) {
    const hint =
      'Set up emulation (`uses: docker/setup-qemu-action@v3`), use native runners in a matrix, or build fewer "platforms".'
    return {
      code: 'EMULATION_MISSING',
      what: `this machine cannot run programs for ${architecture.platform}`,
      at,
      hint,
    }
  }
  if (error.includes('unable to run containers using')) {
    const said = watch.lines.map(({ text }) => text).find(text => text.startsWith('cannot use ')) ?? error
    return {
      code: 'SANDBOX_MISSING',
      what: said.replace(/ arch=\S+$/, ''),
      at,
      hint: 'Try another "runner": bubblewrap, docker or qemu.',
    }
  }
  return undefined
}

/** What melange finds wrong in the file before it builds anything. */
function explainFile({ file }: BuildJob, error: string): Explanation | undefined {
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

function explainStep({ file }: BuildJob, watch: BuildWatch, error: string): Explanation | undefined {
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
  const where = watch.subpackage === undefined ? '' : ` of subpackage ${watch.subpackage}`
  return {
    code: 'PACKAGE_FAILED',
    what: `${step.title}${where} failed (${reason})`,
    at: file.placeOf(step.path),
    withLines: true,
  }
}

/** A death by signal N is code 128 + N. */
function endOf(code: number): string {
  return code > 128 ? `melange was killed by signal ${code - 128}` : `melange ended with code ${code}`
}

function explainRest({ file }: BuildJob, error: string): Explanation {
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

function pipelineOf(
  file: BuildJob['file'],
  subpackage: string | undefined,
): { value: unknown; path: (string | number)[] } {
  const root = isRecord(file.value) ? file.value : {}
  if (subpackage === undefined) return { value: root['pipeline'], path: ['pipeline'] }
  const index = file.indexOfSubpackage(subpackage)
  const item = entriesOf(root['subpackages'])[index]
  return { value: isRecord(item) ? item['pipeline'] : undefined, path: ['subpackages', index, 'pipeline'] }
}
