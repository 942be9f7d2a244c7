import * as core from '@actions/core'
import type { SourcePlace } from '../domain/failure.ts'
import type { Log } from '../ports.ts'
import { openTracks } from './tracks.ts'

/** The log of a workflow: folds and annotations are the runner's own commands. */
export function runnerLog(): Log {
  return {
    info: core.info,
    debug: core.debug,
    notice: (text, at) => core.notice(text, annotation(at)),
    warning: (text, at) => core.warning(text, annotation(at)),
    group: core.group,
    track: openTracks({ start: core.startGroup, line: core.info, end: core.endGroup }),
  }
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
