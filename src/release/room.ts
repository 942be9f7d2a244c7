import type { GithubApi } from '../github/rest.ts'
import type { Ports } from '../ports.ts'

/** What the steps of a release work with. */
export interface ReleaseRoom {
  readonly github: GithubApi
  /** `/repos/octo/senhas` */
  readonly path: string
  readonly ports: Pick<Ports, 'http' | 'patience' | 'clock' | 'secrets' | 'log'>
}

/** `/repos/octo/senhas` for `octo/senhas`. */
export function repositoryPath(repository: string): string {
  return `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`
}
