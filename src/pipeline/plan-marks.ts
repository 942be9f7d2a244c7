import type { Failure } from '../domain/failure.ts'
import { markKeys, type ImageMarks } from '../domain/image-marks.ts'
import type { InputLine } from '../domain/input-line.ts'
import type { MelangeFile } from '../melange/melange-file.ts'
import type { World } from '../ports.ts'
import type { ComputedTags } from '../tags/compute-tags.ts'
import { defaultMarks } from '../tags/default-marks.ts'
import { readLabels } from '../tags/label-lines.ts'
import type { ImagePlan } from './plan.ts'
import { imageVersion, packageOf, type Versioned } from './image-version.ts'
import { findMismatch } from './version-check.ts'

export interface MarkInputs {
  readonly labels?: readonly InputLine[]
  readonly annotations?: readonly InputLine[]
  readonly 'version-check'?: boolean
}

/** The images with their marks, and what is wrong or worth a remark. */
export interface MarkedImages {
  readonly images: readonly ImagePlan[]
  readonly failures: readonly Failure[]
  readonly notices: readonly string[]
}

export interface MarkWish {
  readonly images: readonly ImagePlan[]
  readonly push: boolean
  readonly melange: readonly MelangeFile[]
  readonly tagged: ComputedTags
}

/**
 * Gives every image what it says of itself, and tells what is wrong with it: lines of the inputs, and versions that disagree
 * (VERSION_MISMATCH) where the run is for a version. What is wrong with the tags is told along; that there is none only where they are pushed.
 */
export function planMarks(
  inputs: MarkInputs,
  { images, push, melange, tagged }: MarkWish,
  { context, clock }: Pick<World, 'context' | 'clock'>,
): MarkedImages {
  if (images.length === 0) return { images, failures: [], notices: [] }
  const facts = { context, now: clock.now() }
  const labels = readLabels('labels', inputs.labels ?? [], facts)
  const annotations = readLabels('annotations', inputs.annotations ?? [], facts)
  const failures: Failure[] = [...tagged.failures, ...labels.failures, ...annotations.failures]
  if (push && tagged.none !== undefined) failures.push(tagged.none)
  const marked = images.map(image => {
    const made: Versioned = {
      image,
      tagged,
      context,
      package: packageOf(image, { melange, tagged, context }),
    }
    const version = imageVersion(made)
    const title = image.name.split('/').at(-1) ?? image.name
    const marks: ImageMarks = {
      defaults: defaultMarks({ context, title, version }),
      labels: labels.values,
      annotations: annotations.values,
    }
    const said = { ...marks.defaults, ...image.file.annotations, ...marks.labels }[markKeys.version]
    const mismatch = inputs['version-check'] === false ? undefined : findMismatch(made, said)
    if (mismatch !== undefined) failures.push(mismatch)
    return { ...image, marks }
  })
  const notices =
    push || tagged.none === undefined ? [] : [`${tagged.none.message}; it is called latest here`]
  return { images: marked, failures, notices }
}
