import type { ApkRelations } from '../domain/installed-apk.ts'

/** Who needs an installed package, by its name. */
export type Dependents = ReadonlyMap<string, readonly string[]>

/** Turns the needs of installed packages round, by name and by what they provide (`so:…`, `cmd:…`); each list in the order of the database. */
export function dependentsOf(apks: readonly ApkRelations[]): Dependents {
  const owners = new Map<string, Set<string>>()
  for (const { name, provides } of apks) {
    for (const other of [name, ...provides.map(nameOf)]) {
      owners.set(other, (owners.get(other) ?? new Set()).add(name))
    }
  }
  const dependents = new Map<string, Set<string>>()
  for (const { name, depends } of apks) {
    for (const need of depends.filter(each => !each.startsWith('!'))) {
      for (const owner of owners.get(nameOf(need)) ?? []) {
        if (owner !== name) dependents.set(owner, (dependents.get(owner) ?? new Set()).add(name))
      }
    }
  }
  return new Map([...dependents].map(([name, users]) => [name, [...users]]))
}

/**
 * The shortest way from a package up to one for which `isNamed` holds, the first of its kind in the order of the database:
 * `[openssl, python3, senhas]`; the package alone when it holds for itself, undefined when it holds for none.
 */
export function wayUp(
  name: string,
  dependents: Dependents,
  isNamed: (name: string) => boolean,
): readonly string[] | undefined {
  const from = new Map<string, string | undefined>([[name, undefined]])
  for (const current of from.keys()) {
    if (isNamed(current)) return wayBack(current, from)
    for (const user of dependents.get(current) ?? []) if (!from.has(user)) from.set(user, current)
  }
  return undefined
}

function wayBack(top: string, from: ReadonlyMap<string, string | undefined>): readonly string[] {
  const way: string[] = []
  for (let each: string | undefined = top; each !== undefined; each = from.get(each)) way.unshift(each)
  return way
}

/** The name in a need or provision, without its version: `python3>=3.12`, `so:libc.so.6=6`, `pkg@repository`. */
function nameOf(text: string): string {
  return text.replace(/[<>=~@].*$/s, '')
}
