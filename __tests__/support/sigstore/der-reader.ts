export interface Element {
  readonly tag: number
  /** Tag, length and content. */
  readonly raw: Buffer
  readonly content: Buffer
}

/** The DER element that the bytes begin with. Throws when they end before it does. */
export function readElement(bytes: Buffer): Element {
  const [tag = 0, first = 0] = bytes
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const begin = 2 + lengthBytes
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(2, lengthBytes)
  if (bytes.length < begin + length) throw new Error('DER ends too early')
  return { tag, raw: bytes.subarray(0, begin + length), content: bytes.subarray(begin, begin + length) }
}

/** The DER elements that the bytes consist of: the parts of a sequence or set, given its content. */
export function readElements(bytes: Buffer): readonly Element[] {
  const found: Element[] = []
  for (let offset = 0; offset < bytes.length;) {
    const next = readElement(bytes.subarray(offset))
    found.push(next)
    offset += next.raw.length
  }
  return found
}

/** The part at this place of an element that is made of others. Throws when there is none. */
export function partOf(whole: Element, place: number): Element {
  const part = readElements(whole.content)[place]
  if (!part) throw new Error(`DER element has no part ${place}`)
  return part
}
