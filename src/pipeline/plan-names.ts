import type { ApkoFile } from '../apko/apko-file.ts'
import { Failure } from '../domain/failure.ts'
import { formatRepository, parseRepository, registryOfHost, type ImageRepository } from '../oci/reference.ts'
import type { PlanFacts } from './plan-facts.ts'

export interface NamedImage {
  readonly file: ApkoFile
  readonly name: string
  readonly repositories: readonly ImageRepository[]
  readonly tags: readonly string[]
}

/** Gives every image its repositories and tags; bad names, and two images of one name, are failures. */
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
  const patterns = wish.image.length > 0 ? wish.image : defaultImage(context.repository)
  const unfit = new Set<string>()
  for (const pattern of new Set(apko.length > 0 ? patterns : [])) {
    // What is wrong with a template is told once, not for each image.
    const sound = attempt('image', () => parseTemplate(pattern))
    if (sound === undefined) unfit.add(pattern)
  }
  const named = apko.map(file => {
    const names = patterns.map(pattern => pattern.replaceAll('{name}', file.name))
    const sound = patterns.filter(pattern => !unfit.has(pattern))
    const parsed = sound.flatMap(
      pattern => attempt('image', () => parseRepository(pattern.replaceAll('{name}', file.name))) ?? [],
    )
    return { file, names: names.length > 0 ? names : [file.name], repositories: distinct(parsed) }
  })
  const images = named.map(({ file, names: [name = file.name], repositories }) => ({
    file,
    name,
    repositories,
    tags,
  }))
  const elsewhere = images.find(({ repositories }) => isElsewhere(repositories, wish.registry))
  if (elsewhere !== undefined) failures.push(otherRegistry(elsewhere, wish.registry))
  const shared = sharedName(named)
  if (shared !== undefined) failures.push(shared)
  return { images, failures }
}

/** Fails with INPUT_INVALID for what is wrong with a name whatever the image is. */
function parseTemplate(pattern: string): ImageRepository {
  const [unknown] = pattern.replaceAll('{name}', '').match(/\{[^{}]*\}/) ?? []
  if (unknown === undefined) return parseRepository(pattern.replaceAll('{name}', 'name'))
  throw new Failure(
    'INPUT_INVALID',
    `"${pattern}" has ${unknown}, which stands for nothing; accepted: {name}`,
    {
      hint: '{name} stands for the apko file name without its ending.',
    },
  )
}

function isElsewhere(repositories: readonly ImageRepository[], registry: string | undefined): boolean {
  if (registry === undefined || repositories.length === 0) return false
  return repositories.every(repository => registryOfHost(registry) !== repository.registry)
}

function otherRegistry({ name, repositories }: NamedImage, registry: string | undefined): Failure {
  const list = repositories.length > 1 ? repositories.map(formatRepository).join(', ') : name
  return new Failure(
    'INPUT_INVALID',
    `input "registry" is ${JSON.stringify(registry)}, but the image is ${list}`,
    {
      hint: 'Leave "registry" out, or name an image of that registry.',
    },
  )
}

function defaultImage(repository: string | undefined): readonly string[] {
  return repository === undefined ? [] : [`ghcr.io/${repository.toLowerCase()}`]
}

/** Each repository once. */
function distinct(repositories: readonly ImageRepository[]): readonly ImageRepository[] {
  return [...new Map(repositories.map(each => [formatRepository(each), each] as const)).values()]
}

function sharedName(images: readonly { file: ApkoFile; names: readonly string[] }[]): Failure | undefined {
  const places = images.flatMap(({ file, names }) => [...new Set(names)].map(name => ({ name, file })))
  const files = Map.groupBy(places, ({ name }) => name)
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
