import type { World } from '../ports.ts'
import type { OpenScanner } from '../scan/open-scanner.ts'
import type { ScanPlan } from './scan-plan.ts'
import type { Tools } from './take-tools.ts'

/** How a scanner is had for the images of a run: what it needs is fetched beside other work. */
export interface ScanSource {
  readonly plan: ScanPlan
  /** Undefined when there is no database and nothing may be stopped by findings. */
  readonly scanner: Promise<OpenScanner | undefined>
}

/** Milliseconds for one platform, or for one step of making the database ready; `deadline` where that is longer. */
const leastLimit = 15 * 60_000

/** Begins to make the scanner's database ready; undefined when nothing is scanned. Who awaits the scanner gets what went wrong. */
export function startScanner(
  { plan, deadline }: { readonly plan: ScanPlan | undefined; readonly deadline: number },
  tools: Tools,
  world: World,
): ScanSource | undefined {
  const tool = plan && tools[plan.scanner]
  if (plan === undefined || tool === undefined) return undefined
  const { database, required } = plan
  const limit = Math.max(leastLimit, deadline)
  const open = async (): Promise<OpenScanner | undefined> => {
    // What scanning needs is loaded by those runs alone that scan.
    const { openScanner } = await import('../scan/open-scanner.ts')
    return openScanner({ tool, database, required, machine: world.machine, limit }, world)
  }
  const scanner = open()
  // It is awaited later; until then nobody is there to be told.
  scanner.catch(() => {})
  return { plan, scanner }
}
