import type { ScannerName } from '../domain/tool.ts'
import type { Ports } from '../ports.ts'
import type { Database } from './open-database.ts'

const hour = 3_600_000

/** One line of the log: how old the database is, and where it is from. */
export function tellAge(
  scanner: ScannerName,
  { facts: { built }, how }: Pick<Database, 'facts' | 'how'>,
  { clock, log }: Pick<Ports, 'clock' | 'log'>,
): void {
  log.info(`${scanner}'s database: of ${built}, ${ageOf(built, clock.now())} old, ${how}`)
}

/** `5 hours`, `3 days`: in whole ones, for people. */
export function ageOf(built: string, now: Date): string {
  const hours = Math.max(0, Math.floor((now.getTime() - new Date(built).getTime()) / hour))
  if (Number.isNaN(hours)) return 'of unknown age'
  const [count, unit] = hours < 48 ? [hours, 'hour'] : [Math.floor(hours / 24), 'day']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
