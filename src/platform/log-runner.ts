import * as core from '@actions/core'
import type { SourcePlace } from '../domain/failure.ts'
import type { Log } from '../ports.ts'
import { openTracks } from './tracks.ts'

/** The log of a workflow: folds and annotations are the runner's own commands. */
export function runnerLog(): Log {
  return {
    info: line => core.info(defused(line)),
    debug: core.debug,
    notice: (text, at) => core.notice(text, annotation(at)),
    warning: (text, at) => core.warning(text, annotation(at)),
    group: core.group,
    track: openTracks({ start: core.startGroup, line: line => core.info(defused(line)), end: core.endGroup }),
  }
}

/** What other programs print is never a command to the runner: a line that looks like one gets an invisible mark before it. */
function defused(text: string): string {
  return text.replace(/^(\s*)(::|##\[)/gm, '$1\u200B$2')
}

/** Where the runner shows an annotation. */
export function annotation(at: SourcePlace | undefined): core.AnnotationProperties {
  if (at === undefined) return {}
  return {
    file: at.file,
    ...(at.line === undefined ? {} : { startLine: at.line }),
    ...(at.line === undefined || at.column === undefined ? {} : { startColumn: at.column }),
  }
}
