import { bugText, causesOf, failureText } from './failure-text.ts'
import { prefix, terminalLog } from './log-terminal.ts'
import { terminalSecrets } from './secrets.ts'
import { plainSummary } from './surface-summary.ts'
import type { Surface } from './surface.ts'

/** A terminal: the log on standard error, outputs as `name=value` lines on standard output. */
export function terminalSurface(getText: (name: string) => string): Surface {
  const log = terminalLog(process.stderr, process.env['RUNNER_DEBUG'] === '1')
  return {
    log,
    getText,
    secrets: terminalSecrets(),
    workspace: process.cwd(),
    fail(failure) {
      const [first = ''] = failure.message.split('\n')
      const place = first.includes(failure.at?.file ?? '\0') ? '' : prefix(failure.at)
      log.info(`error: ${place}${failureText(failure)}`)
      for (const cause of causesOf(failure)) log.debug(cause)
    },
    failWithBug: error => log.info(`error: ${bugText(error)}`),
    async finish({ outputs, summary, paths = [] }) {
      if (paths.length > 0) log.info(`put these on PATH: ${paths.join(':')}`)
      if (summary !== undefined) log.info(`\n${plainSummary(summary)}`)
      for (const [name, text] of outputs) process.stdout.write(`${name}=${text.replaceAll('\n', ' ')}\n`)
    },
  }
}
