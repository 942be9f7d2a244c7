import { isDigest, type Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import type { Inputs } from '../inputs/actions.ts'
import { parseReference, type ImageRepository } from '../oci/reference.ts'

/** An image that is to be signed where it is. */
export interface SignTarget {
  readonly digest: Digest
  /** The primary first. */
  readonly repositories: readonly [ImageRepository, ...ImageRepository[]]
}

/** Reads `image` and `digest` of the action `sign`: one digest, in one or several repositories. Fails with INPUT_INVALID. */
export function readSignTarget(inputs: Pick<Inputs<'sign'>, 'image' | 'digest'>): SignTarget {
  const [first, ...others] = inputs.image.map(text => readOne(text, inputs.digest))
  if (first === undefined) {
    throw new Failure('INPUT_INVALID', 'input "image" is not given', {
      hint: 'Name the image by digest: ghcr.io/owner/name@sha256:…',
    })
  }
  const other = others.find(({ digest }) => digest !== first.digest)
  if (other !== undefined) {
    throw new Failure(
      'INPUT_INVALID',
      `input "image" names two digests, ${first.digest} and ${other.digest}`,
      {
        hint: 'Several lines are for one image in several repositories; sign another image in a step of its own.',
      },
    )
  }
  return {
    digest: first.digest,
    repositories: [first.repository, ...others.map(({ repository }) => repository)],
  }
}

function readOne(
  text: string,
  otherwise: string | undefined,
): { readonly repository: ImageRepository; readonly digest: Digest } {
  const { registry, path, digest = otherwise } = parseReference(text)
  if (digest !== undefined && isDigest(digest)) return { repository: { registry, path }, digest }
  throw new Failure(
    'INPUT_INVALID',
    `image ${JSON.stringify(text)} is to be signed by its digest, and none is given`,
    {
      hint: 'Write image: name@sha256:… or give "digest", for example the output "digest" of the step that pushed it. Tags can move, so they are not signed.',
    },
  )
}
