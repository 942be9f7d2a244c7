import { runToEnd } from '../platform/run-to-end.ts'
import { runnerSurface } from '../platform/surface-runner.ts'
import { runAction } from './run-action.ts'

await runToEnd(runnerSurface(), session => runAction('release', session))
