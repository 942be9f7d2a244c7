import { asObject } from '../domain/json-object.ts'

/** Packages of one thing that is released: an image by its repository, or what was built. */
export interface Inventory {
  readonly title: string
  /** Versions by package; several where platforms differ. */
  readonly packages: ReadonlyMap<string, string>
}

export interface PackageChange {
  readonly name: string
  readonly before: string | undefined
  readonly now: string | undefined
}

/** What was installed and built according to a record, which may be an older one's or somebody else's: what is no record has nothing. */
export function inventoriesOf(record: unknown): readonly Inventory[] {
  const { images, packages } = asObject(record) ?? {}
  const ofImages = listOf(images).map(image => {
    const { name, pushed, platforms } = image
    const title = asObject(pushed)?.['repository'] ?? name
    const all = listOf(platforms).flatMap(platform => listOf(platform['packages']))
    return { title: typeof title === 'string' ? title : '', packages: versionsOf(all) }
  })
  const built = listOf(asObject(packages)?.['built'])
  return built.length === 0 ? ofImages : [...ofImages, { title: 'Packages', packages: versionsOf(built) }]
}

/** What differs, sorted by name. Undefined when there is nothing to compare with. */
export function changesSince(
  before: readonly Inventory[],
  now: Inventory,
): readonly PackageChange[] | undefined {
  const isOnly = now.title !== 'Packages' && before.filter(({ title }) => title !== 'Packages').length === 1
  const older =
    before.find(({ title }) => title === now.title) ??
    (isOnly ? before.find(({ title }) => title !== 'Packages') : undefined)
  if (older === undefined) return undefined
  const names = [...new Set([...older.packages.keys(), ...now.packages.keys()])].sort()
  return names
    .map(name => ({ name, before: older.packages.get(name), now: now.packages.get(name) }))
    .filter(change => change.before !== change.now)
}

function versionsOf(packages: readonly Readonly<Record<string, unknown>>[]): ReadonlyMap<string, string> {
  const versions = new Map<string, Set<string>>()
  for (const { name, version } of packages) {
    if (typeof name !== 'string' || typeof version !== 'string') continue
    const known = versions.get(name) ?? new Set()
    versions.set(name, known.add(version))
  }
  return new Map([...versions].map(([name, all]) => [name, [...all].sort().join(', ')]))
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : []
  return list.map(asObject).filter(each => each !== undefined)
}
