/** A package installed in an image, from its own package database. */
export interface InstalledPackage {
  readonly name: string
  /** apk version with its epoch: `1.36.1-r2`. */
  readonly version: string
  /** apk's architecture name: `x86_64`. */
  readonly arch: string
  /** Source package that it was built from. */
  readonly origin: string
  /** As the package writes it; an SPDX expression as a rule. */
  readonly license: string
  /** apk's checksum of the package's control part: `Q1` and base64 of a SHA-1, `Q2` and base64 of a SHA-256. */
  readonly checksum: string
  /** Installed bytes. */
  readonly size: number
  readonly depends: readonly string[]
  /** Other names that it goes by: `so:libc.so.6=6`, `cmd:sh`. */
  readonly provides: readonly string[]
  readonly description: string
  readonly url: string
  readonly maintainer: string
}

/** Where apk keeps it (apk-tools before and after 2.14.7); the same place when `lib` is a link. */
export const databasePaths = ['lib/apk/db/installed', 'usr/lib/apk/db/installed'] as const

/**
 * Reads apk's database of installed packages (apk-tools, "installed": a stanza for each package, `K:value` lines), in the
 * order in which it lists them. Files are passed over.
 */
export function parseInstalled(text: string): readonly InstalledPackage[] {
  return text.split(/\n{2,}/).flatMap(stanza => {
    const fields = fieldsOf(stanza)
    const field = (key: string): string => fields.get(key) ?? ''
    if (field('P') === '') return []
    return [
      {
        name: field('P'),
        version: field('V'),
        arch: field('A'),
        origin: field('o'),
        license: field('L'),
        checksum: field('C'),
        size: Number(field('I')) || 0,
        depends: field('D').split(' ').filter(Boolean),
        provides: field('p').split(' ').filter(Boolean),
        description: field('T'),
        url: field('U'),
        maintainer: field('m'),
      },
    ]
  })
}

/** The fields of the package itself, which come before those of its folders and files (`F:`, `R:`, `M:`, `a:`, `Z:`). */
function fieldsOf(stanza: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const [, key = '', value = ''] of stanza.matchAll(/^([A-Za-z]):(.*)$/gm)) {
    if (key === 'F') break
    if (!fields.has(key)) fields.set(key, value.trim())
  }
  return fields
}
