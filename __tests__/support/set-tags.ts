import { throwIfAny } from '../../src/domain/failures.ts'
import { partOutcomes } from '../../src/domain/outcome.ts'
import type { PushPorts } from '../../src/oci/push.ts'
import type { TagsDone } from '../../src/oci/settle-run.ts'
import { moveTags, type TagRequest } from '../../src/oci/tag.ts'

/** Sets the tags of one image as a run does, and throws what failed. */
export async function setTags(
  request: TagRequest & { readonly allowRetag?: boolean },
  ports: PushPorts,
): Promise<TagsDone> {
  const { allowRetag = false } = request
  const { values, failed } = partOutcomes(await moveTags([request], { allowRetag }, ports))
  throwIfAny(failed)
  return values[0] ?? { named: [], left: [] }
}
