import type { Inputs } from '../inputs/actions.ts'
import type { Credentials } from '../oci/credentials.ts'
import { findCredentials } from '../oci/find-credentials.ts'
import type { ImageRepository } from '../oci/reference.ts'
import type { World } from '../ports.ts'

export type LoginInputs = Partial<Pick<Inputs<'image'>, 'username' | 'token'>>

/** GitHub's own registry, the only one that the job's token is for. */
const githubRegistry = 'ghcr.io'

/**
 * The login for a repository. A token without a user name may be the job's own, which must go nowhere but to ghcr.io;
 * elsewhere the docker configuration counts.
 */
export function findLogin(
  repository: ImageRepository,
  inputs: LoginInputs,
  world: World,
): Promise<Credentials> {
  const { username, token } = inputs
  const registry = username === undefined ? githubRegistry : repository.registry
  const user = username ?? world.context.actor
  const login =
    token === undefined ? undefined : { registry, token, ...(user === undefined ? {} : { username: user }) }
  return findCredentials(
    {
      repository,
      dockerConfig: world.machine.dockerConfig,
      ...(login === undefined ? {} : { given: login }),
    },
    world,
  )
}
