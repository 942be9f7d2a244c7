/**
 * What an image says of itself: labels in the configuration of each platform, annotations on index and manifests. The apko
 * file's own annotations go before `defaults`, and `labels` and `annotations` before both; an empty text leaves a key out.
 */
export interface ImageMarks {
  readonly defaults: Readonly<Record<string, string>>
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

/** Keys of the OCI image spec (v1.1, annotations.md). */
export const markKeys = {
  created: 'org.opencontainers.image.created',
  description: 'org.opencontainers.image.description',
  licenses: 'org.opencontainers.image.licenses',
  revision: 'org.opencontainers.image.revision',
  source: 'org.opencontainers.image.source',
  title: 'org.opencontainers.image.title',
  url: 'org.opencontainers.image.url',
  version: 'org.opencontainers.image.version',
} as const
