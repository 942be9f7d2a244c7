import { bundleType, vulnerabilitiesType } from '../domain/attestation-type.ts'
import type { Digest } from '../domain/digest.ts'
import { asObject, parseObject } from '../domain/json-object.ts'
import { foreseen } from '../domain/outcome.ts'
import { isPullRequest } from '../domain/run-context.ts'
import type { ComparedFinding } from '../domain/verdict.ts'
import { formatRepository } from '../oci/reference.ts'
import { openReferrers, type Referrers } from '../oci/referrers.ts'
import { openRepository } from '../oci/registry-client.ts'
import type { World } from '../ports.ts'
import { readVulnerabilities } from '../scan/vulnerability-predicate.ts'
import { cleanTag } from '../tags/tag-name.ts'
import { openDestination, type Destination } from './destination.ts'
import { findLogin, type LoginInputs } from './find-login.ts'
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

/** Bytes of an attestation that are read at most. */
const limit = 16 * 1024 * 1024

/**
 * The findings of the image that this one comes after: on a pull request that of the branch it goes to, else that of its tag. They are
 * told of in the summary and decide nothing, so their signatures are not verified, and a registry that does not answer is passed over.
 */
export async function findEarlier(
  { repositories: [repository], tags }: Pick<ImagePlan, 'repositories' | 'tags'>,
  { inputs, destinations }: { readonly inputs: LoginInputs; readonly destinations: Destinations },
  world: World,
): Promise<EarlierFindings | undefined> {
  const { context, log } = world
  const [first] = tags
  const tag = isPullRequest(context) && context.baseRef !== undefined ? cleanTag(context.baseRef) : first
  if (repository === undefined || !tag) return undefined
  const name = formatRepository(repository)
  const reference = `${name}:${tag}`
  const open = async (): Promise<Destination> => {
    const login = await findLogin(repository, { inputs, primary: repository.registry }, world)
    return openDestination(repository, login, world)
  }
  try {
    const destination = destinations.get(name) ?? (await open())
    const found = await openRepository(destination, world).getManifest(tag)
    if (found === undefined) return undefined
    const { digest } = found.descriptor
    const scan = await latestScan(digest, openReferrers(destination, world))
    return scan && { reference, digest, ...scan }
  } catch (error) {
    for (const failure of foreseen(error)) log.debug(`${reference} is not compared with: ${failure.message}`)
    return undefined
  }
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
