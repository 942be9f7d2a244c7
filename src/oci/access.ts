import type { Credentials } from './credentials.ts'
import { formatRepository, type ImageRepository } from './reference.ts'

/** What a run may do in one repository: who it is, and how the registry is reached. */
export interface Access {
  readonly repository: ImageRepository
  readonly credentials: Credentials
  /** `https://ghcr.io`, `http://127.0.0.1:5000`: scheme, host and port of the registry's API. */
  readonly origin: string
  /** What tokens are asked for; pulling is part of pushing. */
  readonly wish: Wish
}

export type Wish = 'pull' | 'push'

/**
 * Registries are reached by https; by http those on this machine (localhost, 127.0.0.0/8, [::1]) and those named in
 * `insecure` (`registry.lan:5000`).
 */
export function originOf(registry: string, insecure: readonly string[] = []): string {
  const isLocal = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(registry)
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry
  return `${isLocal || insecure.includes(registry) ? 'http' : 'https'}://${host}`
}

/** URL below the repository: `urlOf(access, 'manifests/latest')`. */
export function urlOf({ origin, repository }: Access, rest: string): string {
  return `${origin}/v2/${repository.path}/${rest}`
}

/** What a token has to allow (distribution spec, token scope): `repository:owner/name:pull,push`. */
export function scopeOf(repository: ImageRepository, wish: Wish): string {
  return `repository:${repository.path}:${wish === 'push' ? 'pull,push' : 'pull'}`
}

/** How messages name the place. */
export function placeOf({ repository }: Access): string {
  return formatRepository(repository)
}
