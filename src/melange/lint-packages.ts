import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Package } from '../domain/package.ts'
import type { Ports } from '../ports.ts'
import type { BuildRequest } from './build-request.ts'
import type { MelangeFile } from './melange-file.ts'
import { lastLine, shownLine } from './melange-lines.ts'

/**
 * Has melange lint the built packages with the linters that it requires itself, whatever `melange-args` say; what a file turns off
 * (`checks: {disabled: …}`) stays off. Answers PACKAGE_FAILED for each package that does not pass.
 */
export async function lintPackages(
  request: BuildRequest,
  packages: readonly Package[],
  { processes, log }: Pick<Ports, 'processes' | 'log'>,
): Promise<readonly Failure[]> {
  const { melange, machine, repository } = request
  if (packages.length === 0) return []
  const track = log.track('melange lint')
  const errors: string[] = []
  try {
    const finished = await processes.run({
      tool: melange.path,
      args: ['lint', ...packages.map(({ file }) => join(repository, file))],
      cwd: machine.workspace,
      onLine(line) {
        track.line(shownLine(line))
        const found = /linter "[^"]+" failed: .*/.exec(line)?.[0]
        if (found !== undefined) errors.push(found)
      },
    })
    if (finished.code === 0) return []
    const found = errors.length > 0 ? [...new Set(errors)] : [lastLine(finished.stderr)]
    return found.map(text => failureOf(text, request))
  } finally {
    track.end()
  }
}

/** `linter "tempdir" failed: hello writes to a temp dir` */
function failureOf(text: string, { graph }: BuildRequest): Failure {
  const [, linter, name = ''] = /^linter "([^"]+)" failed: (\S+)/.exec(text) ?? []
  const node = graph.nodes.find(({ packages }) => packages.includes(name))
  const hint =
    linter === undefined
      ? 'This melange may have no command "lint": take a later melange-version, or leave out melange-test.'
      : `Mend what the linter found, or turn it off: "checks: {disabled: [${linter}]}" below "package:".`
  return new Failure('PACKAGE_FAILED', `lint of the built packages: ${text}`, {
    at: node && placeOf(node.file),
    hint,
  })
}

function placeOf(file: MelangeFile) {
  return file.placeOf(['package'])
}
