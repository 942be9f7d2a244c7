import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { foreseen, type Outcome } from '../domain/outcome.ts'
import { ageOf, type ImageAge } from './image-age.ts'
import { getManifest, nameOf, type ManifestBytes } from './manifest-transfer.ts'
import type { PushPorts } from './push.ts'
import { formatRepository } from './reference.ts'
import { sessionOf, type RepositoryRequest } from './registry-client.ts'
import type { RegistrySession } from './registry-session.ts'
import { settleRun, type TagOptions, type TagsDone } from './settle-run.ts'
import { lookAtTag, type TagLook } from './settle-tag.ts'
import { sideBySide } from './side-by-side.ts'
import { judgeTag, retagRefused } from './tag-verdict.ts'

/** Tags of one image in one repository. */
export interface TagRequest extends RepositoryRequest {
  /** What the tags shall name. */
  readonly digest: Digest
  readonly tags: readonly string[]
  /** What the digest stands for; asked of the registry when left out. */
  readonly manifest?: ManifestBytes
  /** Of our image, where its own annotations do not tell. */
  readonly age?: ImageAge
}

/** One request with what the registry says now. */
interface Checked {
  readonly request: TagRequest
  readonly session: RegistrySession
  readonly manifest: ManifestBytes | undefined
  readonly looks: ReadonlyMap<string, TagLook>
}

const width = 8

/**
 * Looks at the tags of a whole run before anything is pushed; answers for each request whether all its tags name the digest
 * already. Fails with TAG_REFUSED, for all of them at once, where a tag may not be moved. A registry that does not tell is
 * left to the push, which tells why.
 */
export async function surveyTags(
  requests: readonly TagRequest[],
  options: TagOptions,
  ports: PushPorts,
): Promise<readonly boolean[]> {
  const found = await Promise.all(
    requests.map(request =>
      look(request, ports, false).catch((error: unknown) => {
        foreseen(error)
        return undefined
      }),
    ),
  )
  throwIfAny(found.flatMap(checked => (checked === undefined ? [] : refusalsOf(checked, options))))
  return found.map(
    checked =>
      checked !== undefined &&
      checked.looks.size > 0 &&
      [...checked.looks.values()].every(({ shown }) => shown?.digest === checked.request.digest),
  )
}

/**
 * Sets the tags of a whole run, over all images and registries: all are looked at, and judged, before the first is written; then
 * full versions are set everywhere, then the others, each read back. Answers what came of each request, in their order; where a
 * full version could not be set, `named` of the others has full versions only.
 *
 * Fails before any tag is set: with TAG_REFUSED where one may not be moved, REGISTRY_MISMATCH where a digest is not there, and as
 * `Repository` does.
 */
export async function moveTags(
  requests: readonly TagRequest[],
  options: TagOptions,
  ports: PushPorts,
): Promise<readonly Outcome<TagsDone>[]> {
  const checked = await Promise.all(requests.map(request => look(request, ports, true)))
  throwIfAny(checked.flatMap(each => [...missingOf(each), ...refusalsOf(each, options)]))
  const places = checked.map(({ request, session, manifest, looks }) => {
    if (manifest === undefined) throw notThere(request)
    return { session, manifest, ours: oursOf(request, manifest), looks }
  })
  return settleRun(places, options, ports)
}

async function look(request: TagRequest, ports: PushPorts, withManifest: boolean): Promise<Checked> {
  const session = sessionOf(request, ports)
  const [manifest, looks] = await Promise.all([
    request.manifest ?? (withManifest ? getManifest(session, request.digest) : undefined),
    sideBySide([...new Set(request.tags)], width, async tag => {
      const what = `get ${nameOf(session, tag)}`
      return [tag, await ports.patience.retry(what, () => lookAtTag(session, tag))] as const
    }),
  ])
  return { request, session, manifest, looks: new Map(looks) }
}

function refusalsOf(
  { request, session, manifest, looks }: Checked,
  { allowRetag }: TagOptions,
): readonly Failure[] {
  const ours = oursOf(request, manifest)
  return [...looks].flatMap(([tag, { shown }]) =>
    shown !== undefined && judgeTag({ tag, shown, ours, allowRetag }) === 'refused'
      ? [retagRefused(nameOf(session, tag), shown.digest, ours.digest)]
      : [],
  )
}

function missingOf({ request, manifest }: Checked): readonly Failure[] {
  return manifest === undefined ? [notThere(request)] : []
}

function oursOf({ digest, age = {} }: TagRequest, manifest: ManifestBytes | undefined) {
  return { digest, age: { ...age, ...(manifest === undefined ? {} : ageOf(manifest)) } }
}

function notThere({ repository, digest }: TagRequest): Failure {
  const name = formatRepository(repository)
  return new Failure('REGISTRY_MISMATCH', `${name} does not have ${digest}, so no tag can name it`, {
    hint: 'Push the image first.',
  })
}
