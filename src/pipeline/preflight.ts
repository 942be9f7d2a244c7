import { collect, throwIfAny } from '../domain/failures.ts'
import type { Failure } from '../domain/failure.ts'
import { formatRepository, type ImageRepository } from '../oci/reference.ts'
import { openRepository } from '../oci/registry-client.ts'
import { sideBySide } from '../oci/side-by-side.ts'
import type { World } from '../ports.ts'
import { openDestination, type Destination } from './destination.ts'
import { findLogin, type LoginInputs } from './find-login.ts'
import { isNewPackage } from './new-package.ts'
import type { Plan } from './plan.ts'

/** Where the plan pushes to, by the repository's name: `ghcr.io/octo/demo`. */
export type Destinations = ReadonlyMap<string, Destination>

const width = 8

/** Finds the login of every repository that the plan pushes to, each once; what is wrong is added to `found`. */
export async function findDestinations(
  { plan, inputs, found }: { plan: Plan; inputs: LoginInputs; found: Failure[] },
  world: World,
): Promise<Destinations> {
  const destinations = new Map<string, Destination>()
  for (const [name, { repository, primary }] of repositoriesOf(plan)) {
    const login = await collect(found, () => findLogin(repository, { inputs, primary }, world))
    if (login !== undefined) destinations.set(name, openDestination(repository, login, world))
  }
  return destinations
}

/**
 * Proves for each repository, side by side, that we may push. Fails as the push would, before anything is built. Answers the
 * names of those that are packages on GitHub which do not exist yet.
 */
export async function provePushes(destinations: Destinations, world: World): Promise<ReadonlySet<string>> {
  const found: Failure[] = []
  const fresh = new Set<string>()
  await sideBySide([...destinations], width, async ([name, destination]) => {
    await collect(found, async () => {
      const [, isNew] = await Promise.all([
        openRepository(destination, world).provePush(),
        isNewPackage(destination),
      ])
      if (isNew) fresh.add(name)
    })
  })
  throwIfAny(found)
  return fresh
}

/** Each repository once, with the registry that its image goes to first. */
function repositoriesOf({
  push,
  images,
}: Plan): ReadonlyMap<string, { readonly repository: ImageRepository; readonly primary: string }> {
  const all = (push ? images : []).flatMap(({ repositories }) =>
    repositories.map(repository => {
      const primary = repositories[0]?.registry ?? repository.registry
      return [formatRepository(repository), { repository, primary }] as const
    }),
  )
  return new Map(all)
}
