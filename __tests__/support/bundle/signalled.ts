import type { ChildProcess } from 'node:child_process'
import type { StepOptions } from '../runner/job.ts'
import { until } from './until.ts'

/** Options of a step that gets the signal as soon as `when` holds; its post step, started with the same options, is left alone. */
export function signalled(signal: NodeJS.Signals, when: () => boolean): Pick<StepOptions, 'onStart'> {
  let due = true
  return {
    onStart(child: ChildProcess) {
      if (due) void until(when).then(() => child.kill(signal))
      due = false
    },
  }
}
