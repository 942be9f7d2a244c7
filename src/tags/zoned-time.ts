import { nearest } from '../domain/nearest.ts'
import { Wrong } from './wrong.ts'

/** A moment as the clocks of a time zone show it. */
export interface ZonedTime {
  /** The shown time as if it were UTC's: read it with `getUTC…`. */
  readonly shown: Date
  /** The moment itself. */
  readonly moment: Date
  /** Minutes that the zone is ahead of UTC. */
  readonly offset: number
  readonly zone: string
}

/** The time in a zone of the IANA database (`America/Sao_Paulo`). Throws Wrong when there is no such zone. */
export function timeIn(moment: Date, zone: string): ZonedTime {
  const parts = formatFor(zone).formatToParts(moment)
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find(each => each.type === type)?.value)
  const shown = new Date(
    Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
      moment.getUTCMilliseconds(),
    ),
  )
  return { shown, moment, offset: Math.round((shown.getTime() - moment.getTime()) / 60_000), zone }
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    const near = nearest(timeZone, Intl.supportedValuesOf('timeZone'))
    throw new Wrong(
      `tz is ${JSON.stringify(timeZone)}; accepted: a time zone such as UTC or America/Sao_Paulo`,
      near === undefined ? undefined : `Write tz='${near}'.`,
    )
  }
}
