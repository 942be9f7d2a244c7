/** Writes DER (ITU-T X.690): as much as certificates and timestamps need. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(content.length)]), content])
}

function lengthOctets(length: number): readonly number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return [0x80 | bytes.length, ...bytes]
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts)
export const set = (...parts: readonly Uint8Array[]): Buffer => element(0x31, ...parts)
export const octets = (...parts: readonly Uint8Array[]): Buffer => element(0x04, ...parts)
export const text = (value: string): Buffer => element(0x0c, Buffer.from(value))
export const truth = Buffer.from([1, 1, 0xff])

/** A tag of the context that wraps whole elements (EXPLICIT, or IMPLICIT of something constructed). */
export const wrapped = (number: number, ...parts: readonly Uint8Array[]): Buffer =>
  element(0xa0 | number, ...parts)

/** A tag of the context instead of a primitive's own. */
export const tagged = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content)

export const bits = (content: Uint8Array, unused = 0): Buffer => element(0x03, Buffer.from([unused]), content)

/** An integer that is not negative, from a number or from its bytes. */
export function integer(value: number | bigint | Uint8Array): Buffer {
  const hex = typeof value === 'object' ? Buffer.from(value).toString('hex') : value.toString(16)
  const digits = hex.replace(/^0+(?=.)/, '')
  const even = digits.length % 2 === 0 ? digits : `0${digits}`
  return element(0x02, Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex'))
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const groups = [arc % 128]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) {
      groups.unshift(0x80 | (left % 128))
    }
    bytes.push(...groups)
  }
  return element(0x06, Buffer.from(bytes))
}

/** UTCTime, for years before 2050. */
export const utcTime = (at: Date): Buffer => element(0x17, Buffer.from(digitsOf(at).slice(2)))

export const generalizedTime = (at: Date): Buffer => element(0x18, Buffer.from(digitsOf(at)))

function digitsOf(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace(/\D/g, '')}Z`
}
