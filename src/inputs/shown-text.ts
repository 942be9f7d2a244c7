/** A text of the user as a message may show it: quoted and cut; never a private key or several lines, which may be a secret. */
export function shownText(text: string): string {
  if (text.includes('PRIVATE KEY')) return 'a private key (not shown)'
  if (/[\r\n]/.test(text)) return 'a text of several lines (not shown)'
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 60)}…` : text)
}

/** Whether a text is a secret itself rather than the path of a file that holds one. */
export function isSecretItself(text: string): boolean {
  return /-----BEGIN|PRIVATE KEY|[\r\n]/.test(text)
}
