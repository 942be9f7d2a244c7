import type { ApkoFile } from '../apko/apko-file.ts'
import type { Architecture } from '../domain/architecture.ts'
import { Failure } from '../domain/failure.ts'
import type { ImageMarks } from '../domain/image-marks.ts'
import type { LockWish } from '../domain/lock.ts'
import { isPullRequest } from '../domain/run-context.ts'
import type { PackageGraph } from '../melange/graph.ts'
import type { MelangeFile } from '../melange/melange-file.ts'
import { declaredGraph } from '../melange/resolve-graph.ts'
import type { ImageRepository } from '../oci/reference.ts'
import type { PlanFacts } from './plan-facts.ts'
import { nameImages } from './plan-names.ts'

export interface Plan {
  readonly packages: PackagePlan
  readonly images: readonly ImagePlan[]
  readonly push: boolean
  readonly load: boolean
}

export interface PackagePlan {
  readonly files: readonly MelangeFile[]
  /** What the files declare of each other, before melange was asked. */
  readonly graph: PackageGraph
  readonly architectures: readonly Architecture[]
}

export interface ImagePlan {
  readonly file: ApkoFile
  readonly architectures: readonly Architecture[]
  /** Name without a tag, as the user gave it; the apko file's name when none was given. */
  readonly name: string
  /** Where it is pushed to, the primary first; none when nobody said. */
  readonly repositories: readonly ImageRepository[]
  readonly tags: readonly string[]
  /** Lock that it is built by, or that is to be written. */
  readonly lock?: LockWish
  /** What it says of itself. */
  readonly marks?: ImageMarks
}

/** Decides what will be done, from what was asked and found, and tells all that is wrong with it; pure. */
export function makePlan(facts: PlanFacts): { plan: Plan; failures: readonly Failure[] } {
  const { wish, melange, apko, context, host } = facts
  const named = nameImages(facts)
  const images = named.images.map(image => ({ ...image, architectures: architecturesOf(image.file, facts) }))
  const push = images.length > 0 && isPushed(facts)
  const declared = declaredGraph(melange)
  const failures = [...named.failures, ...declared.failures]
  if (melange.length === 0 && apko.length === 0 && !facts.unreadable) failures.push(nothingToDo())
  if (push && wish.image.length === 0 && context.repository === undefined) failures.push(nowhereToPush())
  const forImages = images.flatMap(({ architectures }) => architectures)
  const wanted = [forImages, wish.platforms, [host]].find(list => list.length > 0) ?? []
  const plan: Plan = {
    packages: { files: melange, graph: declared.graph, architectures: [...new Set(wanted)] },
    images,
    push,
    load: wish.load,
  }
  return { plan, failures }
}

function isPushed({ wish, context }: PlanFacts): boolean {
  if (wish.push !== 'auto') return wish.push === 'true'
  return context.workflow && !isPullRequest(context)
}

function architecturesOf(file: ApkoFile, { wish, host }: PlanFacts): readonly Architecture[] {
  if (wish.platforms.length > 0) return wish.platforms
  return file.architectures.length > 0 ? file.architectures : [host]
}

function nothingToDo(): Failure {
  return new Failure(
    'CONFIG_MISSING',
    'there is neither a melange.yaml nor an apko.yaml, and no input names other files',
    {
      hint: 'Check out the repository before this step (actions/checkout), or name the files with "melange-config" and "apko-config".',
    },
  )
}

function nowhereToPush(): Failure {
  return new Failure('INPUT_INVALID', 'input "push" is "true", but nothing says where to', {
    hint: 'Name the repository with "image", for example ghcr.io/owner/name.',
  })
}
