import * as core from '@actions/core'
import { causesOf, failureText, bugText } from './failure-text.ts'
import { annotation, runnerLog } from './log-runner.ts'
import { runnerSecrets } from './secrets.ts'
import type { Surface } from './surface.ts'

/** A workflow's runner: inputs from the environment, annotations, outputs and the job summary. */
export function runnerSurface(): Surface {
  return {
    log: runnerLog(),
    secrets: runnerSecrets(),
    workspace: process.env['GITHUB_WORKSPACE'] ?? process.cwd(),
    getText: name => core.getInput(name),
    fail(failure) {
      core.error(failureText(failure), annotation(failure.at))
      for (const cause of causesOf(failure)) core.debug(cause)
    },
    failWithBug: error => core.error(bugText(error)),
    async finish({ outputs, summary, paths = [] }) {
      for (const path of paths) core.addPath(path)
      for (const [name, text] of outputs) core.setOutput(name, text)
      if (summary !== undefined && process.env['GITHUB_STEP_SUMMARY'] !== undefined) {
        await core.summary.addRaw(summary).write()
      }
    },
  }
}
