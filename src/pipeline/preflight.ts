import { collect, throwIfAny } from '../domain/failures.ts'
import type { Failure } from '../domain/failure.ts'
import type { Credentials } from '../oci/credentials.ts'
import { formatRepository, type ImageRepository } from '../oci/reference.ts'
import { openRepository } from '../oci/registry-client.ts'
import type { World } from '../ports.ts'
import { findLogin, type LoginInputs } from './find-login.ts'
import type { Plan } from './plan.ts'

/** Logins by the repository's name: `ghcr.io/octo/demo`. */
export type Logins = ReadonlyMap<string, Credentials>

/** Finds the login of every repository that the plan pushes to, each once; what is wrong is added to `found`. */
export async function findLogins(
  { plan, inputs, found }: { plan: Plan; inputs: LoginInputs; found: Failure[] },
  world: World,
): Promise<Logins> {
  const logins = new Map<string, Credentials>()
  for (const [name, repository] of repositoriesOf(plan)) {
    const login = await collect(found, () => findLogin(repository, inputs, world))
    if (login !== undefined) logins.set(name, login)
  }
  return logins
}

/** Proves for each repository that we may push. Fails as the push would, before anything is built. */
export async function provePushes(plan: Plan, logins: Logins, world: World): Promise<void> {
  const found: Failure[] = []
  for (const [name, repository] of repositoriesOf(plan)) {
    const credentials = logins.get(name)
    if (credentials === undefined) continue
    await collect(found, () => openRepository({ repository, credentials }, world).provePush())
  }
  throwIfAny(found)
}

function repositoriesOf({ push, images }: Plan): ReadonlyMap<string, ImageRepository> {
  const repositories = images.flatMap(({ repository }) => (push && repository ? [repository] : []))
  return new Map(repositories.map(repository => [formatRepository(repository), repository]))
}
