import { digestOf, type Digest } from '../../../src/domain/digest.ts'
import type { Failure } from '../../../src/domain/failure.ts'
import type { ManifestBytes } from '../../../src/oci/manifest-transfer.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'
import { parseRepository } from '../../../src/oci/reference.ts'
import type { TagsDone } from '../../../src/oci/settle-run.ts'
import type { HttpRequest } from '../../../src/ports.ts'
import { fakePorts } from '../fake-ports.ts'
import { answer } from '../http-answer.ts'
import { setTags } from '../set-tags.ts'
import { startRacer, type Race } from './explore.ts'

/** How a run came out: what it said of its tag, or the code of its failure. */
export type RunEnd = TagsDone | string

export interface TagRaceEnd {
  readonly ends: readonly RunEnd[]
  /** What the tag names when all have ended. */
  readonly shown: Digest | undefined
}

export interface TagRaceOptions {
  readonly tag: string
  /** One for each run. */
  readonly images: readonly ManifestBytes[]
  /** What the tag names before. */
  readonly before?: ManifestBytes
  readonly allowRetag?: boolean
}

/** An index of no platforms that tells its commit, as far as it is given. */
export function imageOf(commit: string, created?: string): ManifestBytes {
  const annotations = {
    'org.opencontainers.image.revision': commit,
    ...(created === undefined ? {} : { 'org.opencontainers.image.created': created }),
  }
  const bytes = Buffer.from(
    JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests: [], annotations }),
  )
  return { bytes, descriptor: { mediaType: mediaTypes.index, digest: digestOf(bytes), size: bytes.length } }
}

/**
 * Runs that set one tag of one registry at once. What decision 0014 takes for granted is granted: nobody's pause ends while another
 * run is between its look and its write.
 */
export function tagRace({ tag, images, before, allowRetag = false }: TagRaceOptions): Race<TagRaceEnd> {
  let shown = before
  const ends: RunEnd[] = []
  const serve = (request: HttpRequest) => {
    if (request.method === 'PUT') {
      shown = images.find(({ bytes }) => bytes === request.body)
      return answer(request, 201)
    }
    if (shown === undefined) return answer(request, 404)
    const headers = { 'content-type': shown.descriptor.mediaType }
    return answer(request, 200, { headers, body: shown.bytes })
  }
  const racers = images.map((manifest, at) =>
    startRacer(async turn => {
      const ports = {
        ...fakePorts({ http: request => turn(request.method, () => serve(request)) }),
        clock: { now: () => new Date(0), sleep: () => turn('pause', () => {}) },
      }
      const repository = parseRepository('registry.example/octo/demo')
      const request = {
        repository,
        credentials: { kind: 'none' },
        digest: manifest.descriptor.digest,
        tags: [tag],
        manifest,
        allowRetag,
      } as const
      ends[at] = await setTags(request, ports).catch((error: Failure) => error.code)
    }),
  )
  return {
    racers,
    allowed: (at, { kind }) =>
      kind !== 'pause' || racers.every((racer, other) => other === at || racer.waiting()?.kind !== 'PUT'),
    result: () => ({ ends, shown: shown?.descriptor.digest }),
  }
}
