import { join } from 'node:path'
import { architectures } from '../domain/architecture.ts'
import type { BuildRecord, ImageOfRecord, PushedOfRecord } from '../domain/build-record.ts'
import { verdictOf } from './verdict-output.ts'

/** What an output is made from: the record, and the folder its paths are relative to. */
export interface Result {
  readonly record: BuildRecord
  readonly output: string
}

export interface Output {
  /** One sentence for people. */
  readonly help: string
  /** Text of the output; undefined when the run has no such thing. */
  readonly value: (result: Result) => string | undefined
}

const first = ({ record }: Result): ImageOfRecord | undefined => record.images[0]
const reference = (image: ImageOfRecord): string | undefined =>
  image.pushed === undefined ? undefined : `${image.pushed.repository}@${image.digest}`
const path = ({ output }: Result, relative: string | undefined): string | undefined =>
  relative === undefined ? undefined : join(output, relative)

/** Where an image was pushed to, the primary repository first. */
const placesOf = ({ pushed, copies = [] }: ImageOfRecord): readonly PushedOfRecord[] =>
  pushed === undefined ? copies : [pushed, ...copies]

/** Every output, defined once: action.yml and the README tables are made from it. */
export const outputs: Readonly<Record<string, Output>> = {
  digest: { help: "Digest of the image's index, `sha256:…`.", value: result => first(result)?.digest },
  image: {
    help: 'The pushed image as `repository@sha256:…`.',
    value: result => {
      const image = first(result)
      return image === undefined ? undefined : reference(image)
    },
  },
  images: {
    help: 'Every image as JSON: name, digest, image, tags, the digest of each platform, and `copies`: the same in other repositories.',
    value: ({ record }) => JSON.stringify(record.images.map(summaryOf)),
  },
  tags: {
    help: 'Tags that name the images now, a full reference a line.',
    value: ({ record }) =>
      record.images
        .flatMap(placesOf)
        .flatMap(({ repository, tags }) => tags.map(tag => `${repository}:${tag}`))
        .join('\n') || undefined,
  },
  ...Object.fromEntries(
    architectures.map(({ name, platform }) => [
      `digest-${name}`,
      {
        help: `Digest of the image for ${platform}.`,
        value: (result: Result) => first(result)?.platforms.find(p => p.arch === name)?.digest,
      },
    ]),
  ),
  built: {
    help: 'What this run made, as JSON: packages that were built and images that were pushed (or built, where nothing is pushed).',
    value: ({ record }) => JSON.stringify(partOf(record, false)),
  },
  skipped: {
    help: 'What was there already and not made again, as JSON like `built`: packages that were built before, and images whose tags name their digest already.',
    value: ({ record }) => JSON.stringify(partOf(record, true)),
  },
  packages: {
    help: 'Folder of the apk repository that was built, its public key inside.',
    value: result => path(result, result.record.packages?.folder),
  },
  'public-key': {
    help: 'Path of the public key that packages and indexes are signed with.',
    value: result => path(result, result.record.packages?.publicKey),
  },
  'sbom-paths': {
    help: 'Paths of the SPDX documents, one a line: one per platform, and one of the index.',
    value: result =>
      result.record.images.flatMap(({ sboms }) => sboms.map(sbom => join(result.output, sbom))).join('\n') ||
      undefined,
  },
  verdict: {
    help: 'What was found, as JSON: whether the images pass, and for each the counts by platform, what stops it and what is ignored.',
    value: ({ record }) => verdictOf(record.images),
  },
  sarif: {
    help: 'Paths of the SARIF documents with the findings, one a line.',
    value: ({ record, output }) =>
      [...new Set(record.images.flatMap(({ scan }) => scan?.sarif ?? []))]
        .map(file => join(output, file))
        .join('\n') || undefined,
  },
  'bundle-paths': {
    help: 'Paths of the Sigstore bundles that were made, one a line.',
    value: ({ record, output }) => {
      const ofImages = record.images.flatMap(({ signed }) => signed?.bundles.map(({ file }) => file) ?? [])
      return (
        [...ofImages, ...(record.packages?.bundles ?? [])].map(file => join(output, file)).join('\n') ||
        undefined
      )
    },
  },
  'verify-commands': {
    help: 'Commands that verify the image, one a line, with the right identity.',
    value: result => {
      const commands = first(result)?.signed?.verify.filter(({ language }) => language === 'sh')
      return commands?.map(({ text }) => text).join('\n') || undefined
    },
  },
  record: {
    help: 'Path of the build record, `giropops.json`.',
    value: ({ output }) => join(output, 'giropops.json'),
  },
}

/** Outputs of the `setup` action, which builds nothing. */
export const setupOutputs: Readonly<Record<string, Output>> = Object.fromEntries(
  ['melange', 'apko'].flatMap(tool => {
    const find = ({ record }: Result) => record.tools.find(({ name }) => name === tool)
    return [
      [`${tool}-version`, { help: `Version of ${tool} that is now on PATH.`, value: r => find(r)?.version }],
      [`${tool}-sha256`, { help: `sha256 of its release tarball.`, value: r => find(r)?.sha256 }],
    ] satisfies [string, Output][]
  }),
)

/** Name and text of each output that the run has. */
export function outputsOf(
  table: Readonly<Record<string, Output>>,
  result: Result,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [name, { value }] of Object.entries(table)) {
    const text = value(result)
    if (text !== undefined) found.set(name, text)
  }
  return found
}

/** Packages and images of a run: those that were there already, or the others. */
function partOf({ packages, images }: BuildRecord, skipped: boolean): readonly object[] {
  return [
    ...(packages?.built ?? [])
      .filter(({ taken = false }) => taken === skipped)
      .map(({ name, version, arch }) => ({ kind: 'package', name, version, arch })),
    ...images
      .filter(image => isUnchanged(image) === skipped)
      .map(({ name, digest }) => ({ kind: 'image', name, digest })),
  ]
}

/** Whether nothing was sent anywhere. */
function isUnchanged(image: ImageOfRecord): boolean {
  const places = placesOf(image)
  return places.length > 0 && places.every(({ unchanged }) => unchanged)
}

function summaryOf(image: ImageOfRecord): object {
  return {
    name: image.name,
    digest: image.digest,
    image: reference(image),
    tags: image.pushed?.tags ?? [],
    platforms: Object.fromEntries(image.platforms.map(({ platform, digest }) => [platform, digest])),
    ...(image.copies === undefined
      ? {}
      : {
          copies: image.copies.map(({ repository, tags }) => ({
            image: `${repository}@${image.digest}`,
            tags,
          })),
        }),
  }
}
