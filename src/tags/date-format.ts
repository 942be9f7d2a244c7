import { shorthands, tokens } from './date-tokens.ts'
import { Wrong } from './wrong.ts'
import { timeIn, type ZonedTime } from './zoned-time.ts'

const names = [...Object.keys(tokens), ...Object.keys(shorthands)].sort((a, b) => b.length - a.length)
const piece = new RegExp(`\\[([^\\[\\]]*)\\]|(${names.join('|')})|.`, 'gs')

/**
 * A moment by a format of moment.js, `YYYYMMDD-HHmmss`; texts in brackets stay as they are. Throws Wrong for a format
 * that has nothing of a date, one of strftime, and a zone that does not exist.
 */
export function formatDate(moment: Date, format: string, zone = 'UTC'): string {
  const accepted = "accepted: a format of moment.js such as 'YYYYMMDDHHmmss'"
  if (format.includes('%')) {
    throw new Wrong(`the date format is ${JSON.stringify(format)}, which is strftime's; ${accepted}`)
  }
  const known = [...format.matchAll(piece)].some(([, , token]) => token !== undefined)
  if (!known) throw new Wrong(`the date format is ${JSON.stringify(format)}; ${accepted}`)
  return fill(timeIn(moment, zone), format)
}

function fill(time: ZonedTime, format: string): string {
  return format.replace(piece, (all: string, literal: string | undefined, token: string | undefined) => {
    if (literal !== undefined) return literal
    const whole = shorthands[token ?? '']
    if (whole !== undefined) return fill(time, whole)
    return tokens[token ?? '']?.(time) ?? all
  })
}
