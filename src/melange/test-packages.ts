import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { Failures, throwIfAny } from '../domain/failures.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { Finished, Ports } from '../ports.ts'
import { foldersOf, testArguments } from './build-arguments.ts'
import { cleanUp, prepareFolders } from './build-package.ts'
import { titleOf, type BuildJob, type BuildRequest } from './build-request.ts'
import { openBuildWatch } from './build-watch.ts'
import { targetsOfNodes } from './build-works.ts'
import { declaredTests } from './declared-tests.ts'
import { fileFailure } from './file-failure.ts'
import { lintPackages } from './lint-packages.ts'
import { shownLine } from './melange-lines.ts'
import { removeTree } from './remove-tree.ts'
import { sideBySide } from './side-by-side.ts'
import { explainTest } from './test-failure.ts'

type TestPorts = Pick<Ports, 'processes' | 'http' | 'log'>

/**
 * Lints what was built, then runs the `test:` sections of its files, side by side, for every architecture that it was built for: what can
 * be built here can be run here. A file without any is told. Fails with PACKAGE_FAILED on the line of the failing step, all
 * failures together.
 */
export async function testPackages(
  request: BuildRequest,
  { packages }: LocalRepository,
  ports: TestPorts,
): Promise<void> {
  const failures: Failure[] = [...(await lintPackages(request, packages, ports))]
  for (const { file } of request.graph.nodes) {
    const missing = untested(request, file)
    if (missing.length > 0)
      ports.log.notice(`no test: in ${file.file} for ${missing.join(', ')}`, file.placeOf(['package']))
  }
  try {
    const results = await sideBySide(jobsOf(request), request.jobs, job => testPackage(job, ports))
    for (const result of results) if (result.status === 'rejected') take(result.reason, failures)
  } finally {
    await removeTree(request.scratch)
  }
  throwIfAny(failures)
}

function untested({ graph }: BuildRequest, file: BuildJob['file']): readonly string[] {
  const tested = new Set(declaredTests(file).map(test => test.package))
  const node = graph.nodes.find(each => each.file === file)
  return tested.size > 0 ? [] : (node?.packages ?? [file.name])
}

function jobsOf(request: BuildRequest): readonly BuildJob[] {
  const targets = targetsOfNodes(request.graph, request.architectures)
  return [...targets].flatMap(([{ file }, architectures], order) =>
    declaredTests(file).length === 0
      ? []
      : architectures.map(architecture => ({
          request,
          file,
          architecture,
          place: join(request.scratch, `test-${order}-${architecture.apk}`),
          hasRepository: true,
        })),
  )
}

async function testPackage(job: BuildJob, ports: TestPorts): Promise<void> {
  const runner = await job.request.sandbox()
  const track = ports.log.track(`melange test ${titleOf(job)}`)
  const watch = openBuildWatch()
  let finished: Finished | undefined
  try {
    await prepareFolders(job)
    const { melange, machine } = job.request
    finished = await ports.processes.run({
      tool: melange.path,
      args: testArguments(job, runner),
      cwd: machine.workspace,
      env: {
        TMPDIR: foldersOf(job.place).temp,
        ...(runner === 'docker' && { DOCKER_HOST: machine.dockerHost }),
      },
      onLine(line) {
        watch.take(line)
        track.line(shownLine(line))
      },
    })
  } finally {
    await cleanUp(job, { watch, runner, pid: finished?.pid }, ports)
    track.end()
  }
  if (finished.code === 0) return
  throw explainTest(job, watch, finished.code)
}

/** A bug of ours and the cancellation pass through. */
function take(error: unknown, failures: Failure[]): void {
  const told = fileFailure(error, 'testing packages')
  if (told instanceof Failures) failures.push(...told.all)
  else if (told instanceof Failure && told.code !== 'CANCELLED') failures.push(told)
  else throw told
}
