import { digestOf } from '../../../src/domain/digest.ts'

export interface StoredManifest {
  readonly mediaType: string
  readonly bytes: Buffer
}

/** What we read of a manifest that was put. */
export interface ReadManifest {
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config?: { readonly digest: string; readonly mediaType: string }
  readonly layers?: readonly { readonly digest: string }[]
  readonly manifests?: readonly { readonly digest: string }[]
  readonly subject?: { readonly digest: string }
  readonly annotations?: Readonly<Record<string, string>>
}

/** Manifests and tags of all repositories, in memory. */
export class ManifestStore {
  readonly #manifests = new Map<string, StoredManifest>()
  readonly #tags = new Map<string, Map<string, string>>()

  /** By digest or tag. */
  find(repository: string, reference: string): (StoredManifest & { readonly digest: string }) | undefined {
    const digest = reference.includes(':') ? reference : this.#tags.get(repository)?.get(reference)
    const found = this.#manifests.get(`${repository}@${digest}`)
    return found === undefined || digest === undefined ? undefined : { ...found, digest }
  }

  put(repository: string, reference: string, manifest: StoredManifest): string {
    const digest = digestOf(manifest.bytes)
    this.#manifests.set(`${repository}@${digest}`, manifest)
    if (!reference.includes(':')) {
      const tags = this.#tags.get(repository) ?? new Map<string, string>()
      this.#tags.set(repository, tags.set(reference, digest))
    }
    return digest
  }

  /** Tag -> digest, in the order in which they were first set. */
  tagsOf(repository: string): ReadonlyMap<string, string> {
    return this.#tags.get(repository) ?? new Map()
  }

  /** All manifests of a repository. */
  digestsOf(repository: string): readonly string[] {
    const start = `${repository}@`
    return [...this.#manifests.keys()].flatMap(key =>
      key.startsWith(start) ? [key.slice(start.length)] : [],
    )
  }

  /** Takes a manifest out, with its tags. */
  remove(repository: string, digest: string): void {
    this.#manifests.delete(`${repository}@${digest}`)
    const tags = this.#tags.get(repository)
    for (const [tag, named] of tags ?? []) if (named === digest) tags?.delete(tag)
  }

  /** Descriptors of what names `digest` as its subject. */
  referrersOf(repository: string, digest: string): readonly object[] {
    const own = [...this.#manifests].filter(([key]) => key.startsWith(`${repository}@`))
    return own.flatMap(([key, { mediaType, bytes }]) => {
      const read = JSON.parse(bytes.toString()) as ReadManifest
      if (read.subject?.digest !== digest) return []
      const artifactType = read.artifactType ?? read.config?.mediaType
      const size = bytes.length
      return [
        {
          mediaType,
          digest: key.slice(repository.length + 1),
          size,
          artifactType,
          annotations: read.annotations,
        },
      ]
    })
  }
}
