import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import { compareVersions } from '../domain/version-order.ts'
import type { ImagesRequest, ImageWish } from './image-request.ts'
import { lockArguments } from './lock-command.ts'
import { parseLock, type Lock } from './lock-file.ts'
import { runApko } from './run-apko.ts'
import type { Workbench } from './workbench.ts'

export interface ResolvePlaces {
  readonly workbench: Workbench
  /** Absolute path of a folder for what is written on the way. */
  readonly stage: string
  /** What `apko lock` takes. */
  readonly flags: ReadonlySet<string>
  readonly ports: Pick<Ports, 'log' | 'processes'>
}

/**
 * Has apko resolve what an image installs on each of its platforms: it checks the signature of every index, and the checksum
 * of every package. As in a build without a lock, platforms get the same version of a package; where that cannot be had it is
 * warned of. Fails with what {@link runApko} says.
 */
export async function resolveLock(
  wish: ImageWish,
  request: ImagesRequest,
  places: ResolvePlaces,
): Promise<Lock> {
  const pins = new Map<string, string>()
  for (;;) {
    const lock = await resolveOnce(wish, request, { ...places, pins })
    const apart = versionsApart(lock)
    const fresh = apart.filter(([name]) => !pins.has(name))
    if (fresh.length === 0) {
      const names = apart.map(([name, ...versions]) => `${name} (${versions.join(', ')})`)
      if (names.length > 0) {
        places.ports.log.warning(`${wish.file.file}: platforms get other versions of ${names.join(', ')}`)
      }
      return lock
    }
    for (const [name, lowest] of fresh) pins.set(name, lowest)
  }
}

async function resolveOnce(
  wish: ImageWish,
  request: ImagesRequest,
  { workbench, stage, flags, ports, pins }: ResolvePlaces & { readonly pins: ReadonlyMap<string, string> },
): Promise<Lock> {
  const output = join(stage, 'resolved.lock.json')
  const more = [...request.options.packages, ...[...pins].map(([name, version]) => `${name}=${version}`)]
  const toLock = more.length === 0 ? workbench.pathOf(wish.file.file) : join(stage, 'to-lock.yaml')
  if (more.length > 0) {
    // apko lock has no flag for further packages.
    const including = { include: workbench.pathOf(wish.file.file), contents: { packages: more } }
    await writeFile(toLock, JSON.stringify(including))
  }
  const args = await lockArguments(wish, request, { workbench, flags, config: toLock, output })
  await runApko(wish, request, { workbench, ports, args, title: `apko lock ${wish.file.name}` })
  const lock = parseLock(await readFile(output, 'utf8'), output)
  if (more.length === 0) return lock
  const { checksum } = wish.file
  // apko compares the checksum with that of the file it builds from, and passes over a lock that has none.
  const config = checksum === undefined ? undefined : { name: workbench.pathOf(wish.file.file), checksum }
  return { ...lock, checksum, document: { ...lock.document, config } }
}

/** Packages that platforms have in several versions, each name with its versions, the lowest first. */
function versionsApart({ packages }: Lock): readonly (readonly [string, string, ...string[]])[] {
  const versions = new Map<string, Set<string>>()
  for (const { name, version } of packages) versions.set(name, (versions.get(name) ?? new Set()).add(version))
  return [...versions].flatMap(([name, found]) => {
    const [lowest, ...others] = [...found].sort(compareVersions)
    return lowest === undefined || others.length === 0 ? [] : [[name, lowest, ...others] as const]
  })
}
