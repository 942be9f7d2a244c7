/** Grammar of SPDX 2.3, annex D, as far as it can be checked without the list of licences. */
const token = /\s*(\(|\)|[A-Za-z0-9.-]+\+?)/y

/** What packages write that names no licence of the SPDX list. */
const placeholder = /LicenseRef-|^(?:NONE|NOASSERTION|custom|various|unknown|proprietary)$/i

/**
 * Whether a text can stand as an SPDX licence expression: identifiers joined by AND, OR and WITH. `LicenseRef-` ones do not
 * do, since the text of the licence would have to be in the document.
 */
export function isLicenseExpression(text: string): boolean {
  const words: string[] = []
  token.lastIndex = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    words.push(match[1] ?? '')
    if (token.lastIndex === text.trimEnd().length) return isExpression(words)
  }
  return false
}

/** Operands and operators take turns; an opening bracket stands where an operand may, a closing one after it. */
function isExpression(words: readonly string[]): boolean {
  let depth = 0
  let wantsOperand = true
  for (const [at, word] of words.entries()) {
    const kind = kindOf(word)
    if (kind === undefined || wantsOperand !== (kind === 'open' || kind === 'operand')) return false
    if (word === 'WITH' && words[at - 1] === ')') return false
    depth += kind === 'open' ? 1 : kind === 'close' ? -1 : 0
    if (depth < 0) return false
    wantsOperand = kind === 'open' || kind === 'operator'
  }
  return depth === 0 && !wantsOperand
}

function kindOf(word: string): 'open' | 'close' | 'operator' | 'operand' | undefined {
  if (word === '(') return 'open'
  if (word === ')') return 'close'
  if (/^(?:AND|OR|WITH)$/.test(word)) return 'operator'
  return placeholder.test(word) ? undefined : 'operand'
}
