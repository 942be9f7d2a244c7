/** Kinds of parts of a version; of two versions that are equal so far, the one whose next part is of a later kind is less. */
const kinds = ['digit', 'letter', 'suffix', 'number', 'hash', 'revision', 'end'] as const

interface Part {
  readonly kind: (typeof kinds)[number]
  readonly text: string
}

/** Suffixes in their order; those before the empty one are before the release. */
const suffixes = ['alpha', 'beta', 'pre', 'rc', '', 'cvs', 'svn', 'git', 'hg', 'p']

/**
 * Less than, equal to or greater than 0, as apk orders two versions (apk-tools 3, version.c, `apk_version_compare`): `1.10` is
 * after `1.9`, `1.0_rc1` before `1.0`, `1.0-r1` after it. Texts that are no versions are ordered as texts, after what is one.
 */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [partsOf(left), partsOf(right)]
  if (a === undefined || b === undefined) {
    if (a === undefined && b === undefined) return left < right ? -1 : Number(left > right)
    return a === undefined ? 1 : -1
  }
  for (const [at, part] of a.entries()) {
    const other = b[at]
    if (other === undefined) break
    const order = part.kind === other.kind ? compareParts(part, other, at) : compareKinds(part, other)
    if (order !== 0) return order
  }
  return 0
}

/** Parts up to an `end`; undefined when it is no version. */
function partsOf(text: string): readonly Part[] | undefined {
  const grammar = /^\d+(\.\d+)*[a-z]?(_(alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*(~[0-9a-f]+)?(-r\d+)?$/
  if (!grammar.test(text)) return undefined
  const found = text.matchAll(/-r(\d+)|~([0-9a-f]+)|_([a-z]+)(\d*)|([a-z])|(\d+)/g)
  const parts = [...found].flatMap(([, revision, hash, suffix, number, letter, digit]): Part[] => {
    if (revision !== undefined) return [{ kind: 'revision', text: revision }]
    if (hash !== undefined) return [{ kind: 'hash', text: hash }]
    if (letter !== undefined) return [{ kind: 'letter', text: letter }]
    if (suffix === undefined) return [{ kind: 'digit', text: digit ?? '' }]
    const count: Part[] = number ? [{ kind: 'number', text: number }] : []
    return [{ kind: 'suffix', text: suffix }, ...count]
  })
  return [...parts, { kind: 'end', text: '' }]
}

function compareParts({ kind, text: a }: Part, { text: b }: Part, at: number): number {
  if (kind === 'suffix') return suffixes.indexOf(a) - suffixes.indexOf(b)
  // After the first, numbers with a leading zero are fractions: they are ordered as texts.
  const asText =
    kind === 'letter' || kind === 'hash' || (kind === 'digit' && at > 0 && /^0/m.test(`${a}\n${b}`))
  if (asText) return a < b ? -1 : Number(a > b)
  const [left, right] = [BigInt(a || 0), BigInt(b || 0)]
  return left < right ? -1 : Number(left > right)
}

function compareKinds(a: Part, b: Part): number {
  const isBefore = ({ kind, text }: Part): boolean =>
    kind === 'suffix' && suffixes.indexOf(text) < suffixes.indexOf('')
  if (isBefore(a)) return -1
  if (isBefore(b)) return 1
  return kinds.indexOf(b.kind) - kinds.indexOf(a.kind)
}
