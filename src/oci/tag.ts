import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import { foreseen, type Outcome } from '../domain/outcome.ts'
import { ageOf, type ImageAge } from './image-age.ts'
import { getManifest, nameOf, type ManifestBytes } from './manifest-transfer.ts'
import type { PushPorts } from './push.ts'
import { formatRepository } from './reference.ts'
import { sessionOf, type RepositoryRequest } from './registry-client.ts'
import type { RegistrySession } from './registry-session.ts'
import { lookAtTag, settleTag, type LeftTag, type TagLook } from './settle-tag.ts'
import { sideBySide } from './side-by-side.ts'
import { judgeTag, retagRefused } from './tag-verdict.ts'
import { isFullVersion } from './tag-version.ts'

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

export interface TagOptions {
  /** Whether full versions of other images, and tags of newer commits, are moved too. */
  readonly allowRetag: boolean
}

/** What was made of the tags of a request. */
export interface TagsDone {
  /** Those that name the digest now, in the order of the request. */
  readonly named: readonly string[]
  /** Those that were left to another image. */
  readonly left: readonly LeftTag[]
}

/** One request with what the registry says now. */
interface Checked {
  readonly request: TagRequest
  readonly session: RegistrySession
  readonly manifest: ManifestBytes | undefined
  readonly looks: ReadonlyMap<string, TagLook>
}

const width = 8
/** Milliseconds for which a look counts as just taken. */
const fresh = 100

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
 * full versions are set, then the others, each read back. Answers what came of each request, in their order.
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
  return Promise.all(
    checked.map(async each => {
      try {
        return { value: await settleAll(each, options, ports) }
      } catch (error) {
        return { failures: foreseen(error) }
      }
    }),
  )
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

async function settleAll(
  { request, session, manifest, looks }: Checked,
  { allowRetag }: TagOptions,
  { log, clock }: PushPorts,
): Promise<TagsDone> {
  if (manifest === undefined) throw notThere(request)
  const ours = oursOf(request, manifest)
  const ends = new Map<string, LeftTag | undefined>()
  const setOne = async (tag: string, onShown: () => void): Promise<void> => {
    const look = looks.get(tag)
    const isFresh = look !== undefined && clock.now().getTime() - look.at <= fresh
    const setting = { tag, manifest, ours, allowRetag, onShown, ...(isFresh ? { look } : {}) }
    const end = await settleTag(session, setting)
    ends.set(tag, end.kind === 'named' ? undefined : end)
    if (end.kind === 'named') log.info(`${nameOf(session, tag)} is ${ours.digest}`)
  }
  const found: Failure[] = []
  const begin = (tag: string): { readonly shown: Promise<void>; readonly done: Promise<void> } => {
    const { promise: shown, resolve } = Promise.withResolvers<void>()
    return { shown, done: collect(found, () => setOne(tag, resolve)).finally(resolve) }
  }
  const parts = Map.groupBy(looks.keys(), isFullVersion)
  const versions = (parts.get(true) ?? []).map(begin)
  await Promise.all(versions.map(({ shown }) => shown))
  const others = found.length > 0 ? [] : (parts.get(false) ?? []).map(begin)
  await Promise.all([...versions, ...others].map(({ done }) => done))
  throwIfAny(found)
  const tags = [...looks.keys()]
  return {
    named: tags.filter(tag => ends.get(tag) === undefined),
    left: tags.flatMap(tag => ends.get(tag) ?? []),
  }
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
