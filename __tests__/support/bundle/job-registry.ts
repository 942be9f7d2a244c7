import type { Fault } from '../registry/faults.ts'
import { startRegistry, type RegistryOptions, type RegistryStandIn } from '../registry/registry.ts'

/** Token of the job of octo/senhas, which may write packages. */
export const jobToken = 'ghs_THEJOBSTOKEN'
/** The same without `packages: write`. */
export const readToken = 'ghs_MAYONLYREAD'

export interface JobRegistry extends RegistryStandIn, AsyncDisposable {
  /** Where the job of octo/senhas pushes to, and who it is there. */
  readonly inputs: Readonly<Record<string, string>>
  /** Tags of octo/senhas. */
  readonly tags: readonly string[]
}

/** A registry with GHCR's manners for the repository octo/senhas. */
export async function startJobRegistry(
  options: RegistryOptions = {},
  faults: readonly Fault[] = [],
): Promise<JobRegistry> {
  const of = { login: 'octo', repository: 'octo/senhas' }
  const users = {
    [jobToken]: { ...of, scopes: ['read:packages', 'write:packages'] },
    [readToken]: { ...of, scopes: ['read:packages'] },
  } as const
  const registry = await startRegistry({ auth: 'ghcr', users, ...options })
  registry.breakWith(...faults)
  return {
    ...registry,
    inputs: { image: `${registry.host}/octo/senhas`, username: 'octo', token: jobToken, tags: '1.0.0' },
    get tags() {
      return [...registry.tagsOf('octo/senhas').keys()]
    },
    [Symbol.asyncDispose]: () => registry.close(),
  }
}
