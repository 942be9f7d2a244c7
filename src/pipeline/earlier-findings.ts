import { bundleType, vulnerabilitiesType } from '../domain/attestation-type.ts'
import type { Digest } from '../domain/digest.ts'
import { asObject, parseObject } from '../domain/json-object.ts'
import { foreseen } from '../domain/outcome.ts'
import { isPullRequest } from '../domain/run-context.ts'
import type { ComparedFinding } from '../domain/verdict.ts'
import type { Credentials } from '../oci/credentials.ts'
import { formatRepository, type ImageRepository } from '../oci/reference.ts'
import { openReferrers, type Referrers } from '../oci/referrers.ts'
import { openRepository } from '../oci/registry-client.ts'
import type { World } from '../ports.ts'
import { readVulnerabilities } from '../scan/vulnerability-predicate.ts'
import { cleanTag } from '../tags/tag-name.ts'
import { openDestination } from './destination.ts'
import { findLogin, type LoginInputs } from './find-login.ts'
import { oneTry } from './one-try.ts'
import type { ImagePlan } from './plan.ts'
import type { Destinations } from './preflight.ts'

/** What an image of before had, by the scan that is attested of it. */
export interface EarlierFindings {
  /** `ghcr.io/octo/demo:main` */
  readonly reference: string
  readonly digest: Digest
  readonly scannedAt: string
  readonly findings: readonly ComparedFinding[]
}

/** What became of the question for it. */
export type EarlierScan =
  | { readonly state: 'found'; readonly earlier: EarlierFindings }
  /** Asked, and there is none. */
  | { readonly state: 'none' }
  /** Not asked, or without an answer, and why. */
  | { readonly state: 'unknown'; readonly why: string }

/** Bytes of an attestation that are read at most. */
const limit = 16 * 1024 * 1024

/**
 * The findings of the image that this one comes after: on a pull request that of the branch it goes to, else that of its tag. They are
 * told of in the summary and decide nothing, so their signatures are not verified, and a registry that does not answer at the first try
 * is passed over. A run that neither pushes nor is for a pull request asks nobody: its image's name may be somebody else's.
 */
export async function findEarlier(
  { repositories: [repository], tags }: Pick<ImagePlan, 'repositories' | 'tags'>,
  { inputs, destinations }: { readonly inputs: LoginInputs; readonly destinations: Destinations },
  world: World,
): Promise<EarlierScan> {
  const { context, log } = world
  const isPull = isPullRequest(context)
  const [first] = tags
  const tag = isPull && context.baseRef !== undefined ? cleanTag(context.baseRef) : first
  if (repository === undefined || !tag) return { state: 'none' }
  const name = formatRepository(repository)
  const reference = `${name}:${tag}`
  const pushed = destinations.get(name)
  if (pushed === undefined && !isPull) return { state: 'unknown', why: `nothing is pushed to ${name}` }
  try {
    const login =
      pushed?.credentials ?? (await findLogin(repository, { inputs, primary: repository.registry }, world))
    const earlier = await askFor(tag, { repository, login }, world)
    return earlier === undefined ? { state: 'none' } : { state: 'found', earlier: { reference, ...earlier } }
  } catch (error) {
    const [failure] = foreseen(error)
    const why = `${reference} could not be asked for: ${failure?.message}`
    log.debug(`not compared with an earlier scan: ${why}`)
    return { state: 'unknown', why }
  }
}

interface Asked {
  readonly repository: ImageRepository
  readonly login: Credentials
}

/** In a session of its own that tries once: that of the push waits outages out. */
async function askFor(
  tag: string,
  { repository, login }: Asked,
  world: World,
): Promise<Omit<EarlierFindings, 'reference'> | undefined> {
  const quick = { ...world, patience: oneTry }
  const destination = openDestination(repository, login, quick)
  const found = await openRepository(destination, quick).getManifest(tag)
  if (found === undefined) return undefined
  const { digest } = found.descriptor
  const scan = await latestScan(digest, openReferrers(destination, quick))
  return scan && { digest, ...scan }
}

async function latestScan(digest: Digest, referrers: Referrers): ReturnType<typeof readScan> {
  const listed = await referrers.list({ digest, artifactType: bundleType })
  const created = (annotations: Readonly<Record<string, string>> = {}): string =>
    annotations['org.opencontainers.image.created'] ?? ''
  const [latest] = listed
    .filter(({ annotations }) => annotations?.['dev.sigstore.bundle.predicateType'] === vulnerabilitiesType)
    .sort((a, b) => (created(a.annotations) < created(b.annotations) ? 1 : -1))
  return latest === undefined ? undefined : readScan(latest, referrers)
}

async function readScan(
  entry: { readonly digest: Digest },
  referrers: Referrers,
): Promise<ReturnType<typeof readVulnerabilities>> {
  const { blob } = await referrers.read(entry, limit)
  const { payload } = asObject(parseObject(blob.toString('utf8'))?.['dsseEnvelope']) ?? {}
  if (typeof payload !== 'string') return undefined
  const statement = parseObject(Buffer.from(payload, 'base64').toString('utf8'))
  return readVulnerabilities(statement?.['predicate'])
}
