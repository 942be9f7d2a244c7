/** One of the services that signing and attesting need, as messages name it. */
export interface Service {
  readonly name: 'the identity endpoint' | 'Fulcio' | 'Rekor' | 'the timestamp authority' | 'GitHub'
  /** Without a slash at its end. */
  readonly url: string
}

/** `Rekor (rekor.sigstore.dev)` */
export function titleOf(service: Service): string {
  const url = URL.parse(service.url)
  return url === null ? service.name : `${service.name} (${url.host})`
}
