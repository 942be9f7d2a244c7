import type { Ports } from '../ports.ts'
import { askCredentialHelper } from './credential-helper.ts'
import { secretsOf, type Credentials } from './credentials.ts'
import { authOf, helperOf, readDockerConfig } from './docker-config.ts'
import { registryOfHost, type ImageRepository } from './reference.ts'

export interface CredentialsRequest {
  readonly repository: ImageRepository
  /** What the user gave; used for its own registry and sent to no other. */
  readonly given?: {
    readonly registry: string
    readonly username?: string
    readonly token: string
  }
  /** Absolute path of the folder with docker's config.json: `DOCKER_CONFIG`, else `~/.docker`. */
  readonly dockerConfig: string
}

/**
 * Finds the login for a repository: what was given, else docker's credential helpers, else docker's config file; without any
 * `{kind: 'none'}`. Everything secret is masked before this answers. Fails with CREDENTIALS_INVALID on a broken config.
 */
export async function findCredentials(
  request: CredentialsRequest,
  ports: Pick<Ports, 'processes' | 'secrets'>,
): Promise<Credentials> {
  const found = givenCredentials(request) ?? (await dockerCredentials(request, ports)) ?? { kind: 'none' }
  for (const secret of secretsOf(found)) ports.secrets.mask(secret)
  return found
}

function givenCredentials({ repository, given }: CredentialsRequest): Credentials | undefined {
  if (given === undefined || given.token === '') return undefined
  if (registryOfHost(given.registry) !== repository.registry) return undefined
  // GitHub takes any user name beside a token.
  return { kind: 'password', username: given.username || 'x-access-token', password: given.token }
}

async function dockerCredentials(
  { repository, dockerConfig }: CredentialsRequest,
  ports: Pick<Ports, 'processes'>,
): Promise<Credentials | undefined> {
  const config = await readDockerConfig(dockerConfig)
  if (config === undefined) return undefined
  const helper = helperOf(config, repository)
  const kept =
    helper === undefined ? undefined : await askCredentialHelper({ ...helper, file: config.file }, ports)
  return kept ?? authOf(config, repository)
}
