/** A text that may have URLs in it, as it may be shown: `https://user:password@host` as `https://***@host`. */
export function withoutLogins(text: string): string {
  return text.replaceAll(/(\w:\/\/)[^/\s]+@/g, '$1***@')
}
