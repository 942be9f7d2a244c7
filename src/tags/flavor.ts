import type { InputLine } from '../domain/input-line.ts'
import { nearest } from '../domain/nearest.ts'
import { csvFields } from './csv-fields.ts'
import { Wrong, wrongValue } from './wrong.ts'

/** What holds for all rules. */
export interface Flavor {
  readonly latest: 'auto' | 'true' | 'false'
  /** Templates. */
  readonly prefix: string
  readonly suffix: string
  /** Whether `latest` gets them, too. */
  readonly prefixLatest: boolean
  readonly suffixLatest: boolean
}

export const plainFlavor: Flavor = {
  latest: 'auto',
  prefix: '',
  suffix: '',
  prefixLatest: false,
  suffixLatest: false,
}

const keys = ['latest', 'prefix', 'suffix', 'onlatest']
const latestValues = ['auto', 'true', 'false'] as const

/** The flavor with what a line says; `onlatest` is of the prefix or suffix before it. Throws Wrong. */
export function readFlavor(before: Flavor, { text }: Pick<InputLine, 'text'>): Flavor {
  const said: { -readonly [K in keyof Flavor]?: Flavor[K] } = {}
  let last: 'prefix' | 'suffix' | undefined
  for (const field of csvFields(text)) {
    const at = field.indexOf('=')
    const [key, value] = [field.slice(0, Math.max(at, 0)).trim().toLowerCase(), field.slice(at + 1).trim()]
    if (at < 0)
      throw new Wrong(`${JSON.stringify(field)} is not key=value; accepted keys: ${keys.join(', ')}`)
    if (key === 'prefix' || key === 'suffix') {
      said[key] = value
      last = key
    } else if (key === 'latest') said.latest = oneOf(key, value, latestValues)
    else if (key !== 'onlatest') throw unknownKey(key)
    else if (last === undefined) {
      throw new Wrong('onlatest stands behind a prefix or suffix, as in prefix=x-,onlatest=true')
    } else said[`${last}Latest`] = oneOf(key, value, ['true', 'false']) === 'true'
  }
  return { ...before, ...said }
}

function oneOf<T extends string>(key: string, value: string, accepted: readonly T[]): T {
  const found = accepted.find(each => each === value)
  if (found === undefined) throw wrongValue(key, value, accepted.join(', '))
  return found
}

function unknownKey(key: string): Wrong {
  const near = nearest(key, keys)
  return new Wrong(
    `there is no ${JSON.stringify(key)}; accepted: ${keys.join(', ')}`,
    near === undefined ? undefined : `Write ${near}=.`,
  )
}
