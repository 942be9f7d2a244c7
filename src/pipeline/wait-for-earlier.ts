import type { Clock } from '../ports.ts'
import type { EarlierScan } from './earlier-findings.ts'

/** Milliseconds that the answer may come after the scan. */
const grace = 2_000

/** Asks for the earlier scan beside a scan, whose end it holds up for two seconds at most. */
export async function waitForEarlier<T>(
  { scan, ask }: { readonly scan: () => Promise<T>; readonly ask: () => Promise<EarlierScan> },
  clock: Pick<Clock, 'sleep'>,
): Promise<readonly [T, EarlierScan]> {
  let earlier: EarlierScan | undefined
  const listen = async (): Promise<void> => {
    earlier = await ask()
  }
  const asked = listen()
  // It is awaited after the scan; until then, and when the scan fails, nobody is there to be told.
  asked.catch(() => {})
  const scanned = await scan()
  if (earlier === undefined) await Promise.race([asked, clock.sleep(grace)])
  return [scanned, earlier ?? { state: 'unknown', why: 'its registry did not answer in time' }]
}
