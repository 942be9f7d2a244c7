import { kitProgram } from './kit-judges.ts'
import type { Log } from './kit-progress.ts'

/** Path of act, which runs workflows on this machine: from the cache, or built now from its module. */
export async function kitAct(log: Log): Promise<string> {
  return await kitProgram(
    {
      program: 'act',
      version: '0.2.89',
      path: 'github.com/nektos/act',
      main: '.',
      expect: 'about 30 seconds',
    },
    log,
  )
}
