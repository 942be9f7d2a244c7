import type { ApkoFile } from '../apko/apko-file.ts'
import { Failure } from '../domain/failure.ts'
import { parseRepository, registryOfHost, type ImageRepository } from '../oci/reference.ts'
import type { PlanFacts } from './plan-facts.ts'

export interface NamedImage {
  readonly file: ApkoFile
  readonly name: string
  readonly repository?: ImageRepository
  readonly tags: readonly string[]
}

/** Gives every image its repository and tags; bad names, and two images of one name, are failures. */
export function nameImages({ wish, apko, context }: PlanFacts): {
  images: NamedImage[]
  failures: Failure[]
} {
  const failures: Failure[] = []
  const attempt = <T>(input: string, body: () => T): T | undefined => {
    try {
      return body()
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      failures.push(new Failure(error.code, `input "${input}": ${error.message}`, error))
      return undefined
    }
  }
  const { tags } = wish
  const pattern = wish.image ?? defaultImage(context.repository)
  const images = apko.map(file => {
    const name = pattern?.replaceAll('{name}', file.name)
    const repository = name === undefined ? undefined : attempt('image', () => parseRepository(name))
    return { file, name: name ?? file.name, tags, ...(repository === undefined ? {} : { repository }) }
  })
  const elsewhere = images.find(({ repository }) => isElsewhere(repository, wish.registry))
  if (elsewhere !== undefined) failures.push(otherRegistry(elsewhere.name, wish.registry))
  const shared = sharedName(images)
  if (shared !== undefined) failures.push(shared)
  return { images, failures }
}

function isElsewhere(repository: ImageRepository | undefined, registry: string | undefined): boolean {
  return (
    registry !== undefined && repository !== undefined && registryOfHost(registry) !== repository.registry
  )
}

function otherRegistry(image: string, registry: string | undefined): Failure {
  return new Failure(
    'INPUT_INVALID',
    `input "registry" is ${JSON.stringify(registry)}, but the image is ${image}`,
    {
      hint: 'Leave "registry" out, or name an image of that registry.',
    },
  )
}

function defaultImage(repository: string | undefined): string | undefined {
  return repository === undefined ? undefined : `ghcr.io/${repository.toLowerCase()}`
}

function sharedName(images: readonly NamedImage[]): Failure | undefined {
  const files = Map.groupBy(images, ({ name }) => name)
  const [name, clashing = []] = [...files].find(([, group]) => group.length > 1) ?? []
  if (name === undefined) return undefined
  const list = clashing.map(({ file }) => file.file).join(', ')
  const same = new Set(clashing.map(({ file }) => file.name)).size === 1
  return new Failure(
    'INPUT_INVALID',
    `${clashing.length} images have the one name ${JSON.stringify(name)}: ${list}`,
    {
      hint: same
        ? 'Give the apko files different names; {name} in "image" stands for the file name without its ending.'
        : 'Put {name} into "image", for example ghcr.io/owner/{name}; it stands for the apko file name.',
    },
  )
}
