import { Failure } from '../domain/failure.ts'
import { onCancel } from './cancel.ts'
import { failuresOf } from './failure-text.ts'
import type { Session, Surface } from './surface.ts'
import { ownVersion } from './version.ts'

/** Runs the program on a surface to its end: the only place that catches. The exit code is 1 after any failure. */
export async function runToEnd(surface: Surface, body: (session: Session) => Promise<void>): Promise<void> {
  const { log, secrets } = surface
  surviveDeafness()
  log.info(`giropops-build ${ownVersion()}`)
  const opened = new AsyncDisposableStack()
  opened.defer(() => secrets.wipe())
  let told = false
  const session: Session = {
    ...surface,
    async open(deadline) {
      const { openWorld } = await import('./open-world.ts')
      const world = opened.use(await openWorld(surface, deadline))
      const lastly = async (): Promise<void> => {
        if (!told) surface.fail(new Failure('CANCELLED', 'the run was cancelled'))
        await secrets.wipe()
        await world.abandon()
      }
      opened.use(onCancel({ log, cancel: grace => world.cancel(grace), lastly }))
      return world
    },
  }
  try {
    await body(session)
  } catch (error) {
    told = true
    const failures = failuresOf(error)
    for (const failure of failures) surface.fail(failure)
    if (failures.length === 0) surface.failWithBug(error)
    process.exitCode = 1
  } finally {
    await opened.disposeAsync()
  }
}

/** Whoever reads us may be gone or refuse a write: the run comes to its end, and cleans up, all the same. */
function surviveDeafness(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
