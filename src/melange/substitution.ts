/** Values of `${{name}}` in a melange file, as far as the file itself tells them. */
export type Substitutions = ReadonlyMap<string, string>

/** Replaces each `${{name}}` that is known; others stay as they are. */
export function substitute(text: string, known: Substitutions): string {
  return text.replaceAll(/\$\{\{\s*([^}\s]+)\s*\}\}/g, (whole, name: string) => known.get(name) ?? whole)
}

/** Whether something is left that only melange can fill in. */
export function hasSubstitution(text: string): boolean {
  return text.includes('${{')
}
