import type { Inputs } from '../inputs/actions.ts'
import type { Credentials } from '../oci/credentials.ts'
import { findCredentials, type CredentialsRequest } from '../oci/find-credentials.ts'
import { registryOfHost, type ImageRepository } from '../oci/reference.ts'
import type { World } from '../ports.ts'

export type LoginInputs = Partial<Pick<Inputs<'image'>, 'registry' | 'username' | 'token' | 'github-token'>>

export interface LoginWish {
  readonly inputs: LoginInputs
  /** Registry that a login without a host is for: the one of the first repository. */
  readonly primary: string
}

/** GitHub's own registry, the only one that the job's token is for. */
const githubRegistry = 'ghcr.io'

/**
 * The login for a repository. `username` and `token` are for the host `registry`, else for that of the first repository, and go to
 * no other. A token without a user name may be the job's own, which must go nowhere but to ghcr.io. Everywhere else the docker
 * configuration counts; where it knows nothing of ghcr.io, the job's token does.
 */
export async function findLogin(
  repository: ImageRepository,
  { inputs, primary }: LoginWish,
  world: World,
): Promise<Credentials> {
  const { username, token, registry } = inputs
  const dockerConfig = world.machine.dockerConfig
  const request: CredentialsRequest = { repository, dockerConfig }
  const host = username === undefined ? githubRegistry : (registry ?? primary)
  const given = token === undefined ? {} : { given: loginOf(host, username ?? world.context.actor, token) }
  const found = await findCredentials({ ...request, ...given }, world)
  const job = inputs['github-token']
  const isDone = found.kind !== 'none' || repository.registry !== githubRegistry
  if (isDone || job === undefined || registryOfHost(host) === githubRegistry) return found
  return findCredentials({ ...request, given: loginOf(githubRegistry, world.context.actor, job) }, world)
}

function loginOf(
  registry: string,
  username: string | undefined,
  token: string,
): NonNullable<CredentialsRequest['given']> {
  return { registry, token, ...(username === undefined ? {} : { username }) }
}
