import { Wrong } from './wrong.ts'
import type { ZonedTime } from './zoned-time.ts'

const months = 'January February March April May June July August September October November December'.split(
  ' ',
)
const days = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

const pad = (value: number, digits: number): string => String(value).padStart(digits, '0')

function ordinal(value: number): string {
  const teens = value % 100 >= 11 && value % 100 <= 13
  return `${value}${teens ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')}`
}

const dayMilliseconds = 86_400_000
const year = ({ shown }: ZonedTime): number => shown.getUTCFullYear()
const month = ({ shown }: ZonedTime): number => shown.getUTCMonth()
const day = ({ shown }: ZonedTime): number => shown.getUTCDate()
const weekday = ({ shown }: ZonedTime): number => shown.getUTCDay()
const hour = ({ shown }: ZonedTime): number => shown.getUTCHours()
const minute = ({ shown }: ZonedTime): number => shown.getUTCMinutes()
const second = ({ shown }: ZonedTime): number => shown.getUTCSeconds()
const hour12 = (time: ZonedTime): number => hour(time) % 12 || 12
const hour24 = (time: ZonedTime): number => hour(time) || 24
const quarter = (time: ZonedTime): number => Math.floor(month(time) / 3) + 1
const dayOfYear = (time: ZonedTime): number => {
  const start = Date.UTC(year(time), 0, 1)
  return Math.floor((time.shown.getTime() - start) / dayMilliseconds) + 1
}

/** Week and its year; a week begins on `first` (0 is Sunday), and the first of a year is the one with its day `holds` of January. */
function weekOf(time: ZonedTime, first: number, holds: number): { week: number; year: number } {
  const midnight = Date.UTC(year(time), month(time), day(time))
  const begin = midnight - ((weekday(time) - first + 7) % 7) * dayMilliseconds
  const weekOne = (of: number): number => {
    const inside = new Date(Date.UTC(of, 0, holds))
    return inside.getTime() - ((inside.getUTCDay() - first + 7) % 7) * dayMilliseconds
  }
  const found =
    [year(time) + 1, year(time), year(time) - 1].find(each => weekOne(each) <= begin) ?? year(time)
  return { week: Math.round((begin - weekOne(found)) / (7 * dayMilliseconds)) + 1, year: found }
}

const isoWeek = (time: ZonedTime) => weekOf(time, 1, 4)
const week = (time: ZonedTime) => weekOf(time, 0, 1)

function offsetOf({ offset }: ZonedTime, separator: string): string {
  const size = Math.abs(offset)
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(size / 60), 2)}${separator}${pad(size % 60, 2)}`
}

function zoneName({ zone }: ZonedTime): string {
  if (/^(utc|etc\/utc)$/i.test(zone)) return 'UTC'
  throw new Wrong('the date format has "z", which only UTC has; accepted: Z for the offset')
}

type Token = (time: ZonedTime) => string
type Numbers = Readonly<Record<string, (time: ZonedTime) => number>>

/** A number as `X`, and with its ordinal as `Xo`. */
const counted = (numbers: Numbers): Record<string, Token> =>
  Object.fromEntries(
    Object.entries(numbers).flatMap(([name, value]): [string, Token][] => [
      [name, time => String(value(time))],
      [`${name}o`, time => ordinal(value(time))],
    ]),
  )

/** A number with as many digits as its name has letters. */
const padded = (numbers: Numbers): Record<string, Token> =>
  Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, time => pad(value(time), name.length)] as const),
  )

/** The format tokens of moment.js (displaying/format), in English. */
export const tokens: Readonly<Record<string, Token>> = {
  ...counted({
    M: t => month(t) + 1,
    Q: quarter,
    D: day,
    d: weekday,
    w: t => week(t).week,
    W: t => isoWeek(t).week,
  }),
  ...counted({ DDD: dayOfYear }),
  ...padded({
    MM: t => month(t) + 1,
    DD: day,

    ww: t => week(t).week,
    WW: t => isoWeek(t).week,
  }),
  ...padded({
    YYYY: year,
    gggg: t => week(t).year,
    GGGG: t => isoWeek(t).year,
    HH: hour,
    hh: hour12,
    kk: hour24,
  }),
  ...padded({ mm: minute, ss: second, YY: t => year(t) % 100, gg: t => week(t).year % 100 }),
  ...padded({ GG: t => isoWeek(t).year % 100 }),
  DDDD: t => pad(dayOfYear(t), 3),
  MMM: t => (months[month(t)] ?? '').slice(0, 3),
  MMMM: t => months[month(t)] ?? '',
  dd: t => (days[weekday(t)] ?? '').slice(0, 2),
  ddd: t => (days[weekday(t)] ?? '').slice(0, 3),
  dddd: t => days[weekday(t)] ?? '',
  e: t => String(weekday(t)),
  E: t => String(weekday(t) || 7),
  ...Object.fromEntries(
    ['Y', 'y', 'yy', 'yyy', 'yyyy'].map((name): [string, Token] => [name, t => String(year(t))]),
  ),
  YYYYYY: t => `+${pad(year(t), 6)}`,
  H: t => String(hour(t)),
  h: t => String(hour12(t)),
  k: t => String(hour24(t)),
  m: t => String(minute(t)),
  s: t => String(second(t)),
  ...Object.fromEntries(
    Array.from({ length: 9 }, (_, at): [string, Token] => [
      'S'.repeat(at + 1),
      t =>
        pad(t.shown.getUTCMilliseconds(), 3)
          .padEnd(9, '0')
          .slice(0, at + 1),
    ]),
  ),
  A: t => (hour(t) < 12 ? 'AM' : 'PM'),
  a: t => (hour(t) < 12 ? 'am' : 'pm'),
  Z: t => offsetOf(t, ':'),
  ZZ: t => offsetOf(t, ''),
  z: zoneName,
  zz: zoneName,
  X: t => String(Math.floor(t.moment.getTime() / 1000)),
  x: t => String(t.moment.getTime()),
}

/** Tokens that stand for others. */
export const shorthands: Readonly<Record<string, string>> = {
  LTS: 'h:mm:ss A',
  LT: 'h:mm A',
  L: 'MM/DD/YYYY',
  LL: 'MMMM D, YYYY',
  LLL: 'MMMM D, YYYY h:mm A',
  LLLL: 'dddd, MMMM D, YYYY h:mm A',
  l: 'M/D/YYYY',
  ll: 'MMM D, YYYY',
  lll: 'MMM D, YYYY h:mm A',
  llll: 'ddd, MMM D, YYYY h:mm A',
}
