/** An id of allowed characters (letters, digits, `.` and `-`) that is not taken; others are written as apko does: `C` and the code. */
export function freeId(text: string, taken: { has(id: string): boolean }): string {
  const id = text
    .replaceAll(':', '-')
    .replace(/[^A-Za-z0-9.-]/g, character => [...Buffer.from(character)].map(byte => `C${byte}`).join(''))
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? id : `${id}-${number}`
    if (!taken.has(candidate)) return candidate
  }
}
