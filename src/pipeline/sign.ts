import { join } from 'node:path'
import type { ImageOfRecord } from '../domain/build-record.ts'
import type { Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { Inputs } from '../inputs/actions.ts'
import { formatRepository } from '../oci/reference.ts'
import type { World } from '../ports.ts'
import { outputs } from '../report/outputs.ts'
import { readEarlierBuild, type EarlierBuild } from './earlier-record.ts'
import { openDestination, type Destination } from './destination.ts'
import { findLogin } from './find-login.ts'
import type { AttestedPlace } from './image-attestations.ts'
import { openOutput } from './output-folder.ts'
import { readRemoteImage, type SignedPlace } from './remote-image.ts'
import { openRecorder } from './run-record.ts'
import { readKeyInput } from './signing-key-text.ts'
import { planSigning, type SigningPlan } from './signing-plan.ts'
import { planTags } from './plan-tags.ts'
import { readSignTarget, type SignTarget } from './sign-target.ts'
import { concludeRun, type StageResult } from './stage-result.ts'
import { pushedRecord } from './tag-images.ts'
import { checkSignedTags, tagSigned } from './tag-signed.ts'

/** Signs an image that is in one or several registries; what is there and valid is not made again. Tags, if any, move after it was verified. */
export async function sign(inputs: Inputs<'sign'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const { machine } = world
  const { repositories, digest } = readSignTarget(inputs)
  const tags = inputs.tags.length === 0 ? [] : tagsOf(inputs, world)
  const plan = await planAlone(inputs, world)
  const earlier =
    inputs.record === undefined ? undefined : await readEarlierBuild(inputs.record, digest, machine.workspace)
  const output = await openOutput(inputs.output, world)
  const destinations = await openAll(repositories, inputs, world)
  const [places = []] = await Promise.all(destinations.map(each => readRemoteImage(each, digest, world)))
  const tagging = { digest, tags, allowRetag: inputs['allow-retag'] }
  await checkSignedTags(destinations, tagging, world)

  const signed = await recorder.stage('sign', async () => {
    const { signStage } = await import('./sign-stage.ts')
    const image = {
      destinations,
      places: places.map(place => attested(place, earlier)),
      bundles: join(output, 'bundles'),
    }
    const githubToken = inputs['github-token']
    return signStage(
      { plan, images: [image], packages: undefined, provenance: earlier?.record, githubToken, output },
      world,
    )
  })
  const setTags = () => tagSigned(destinations, tagging, world)
  const pushed = tags.length > 0 ? await recorder.stage('tags', setTags) : await setTags()
  const image = {
    ...(earlier?.image ?? unbuilt(formatRepository(repositories[0]), digest)),
    ...pushedRecord(pushed, new Set()),
    signed: signed.images[0],
  }
  const { parameters = {}, files = [], tools = [] } = earlier?.record ?? {}
  const record = recorder.record({ parameters, files, tools, images: [image] })
  return concludeRun(record, { output, table: outputs })
}

function tagsOf(inputs: Inputs<'sign'>, world: World): readonly string[] {
  const { tags, failures, none } = planTags(inputs, [], world)
  throwIfAny([...failures, ...(none === undefined ? [] : [none])])
  return tags.map(({ name }) => name)
}

async function planAlone(inputs: Inputs<'sign'>, world: World): Promise<SigningPlan> {
  const cosignKey = await readKeyInput('cosign-key', inputs['cosign-key'], world)
  const plan = planSigning({ ...inputs, 'cosign-key': cosignKey }, 'done before', world)
  if (plan === undefined)
    throw new Failure('INPUT_INVALID', 'input "sign" is "false", so there is nothing to do', {
      hint: 'Leave "sign" out.',
    })
  const { checkSigning } = await import('./open-signing.ts')
  await checkSigning(plan, world)
  return plan
}

async function openAll(
  repositories: SignTarget['repositories'],
  inputs: Inputs<'sign'>,
  world: World,
): Promise<readonly Destination[]> {
  const primary = repositories[0].registry
  const destinations: Destination[] = []
  for (const repository of repositories) {
    const credentials = await findLogin(repository, { inputs, primary }, world)
    destinations.push(openDestination(repository, credentials, world))
  }
  return destinations
}

/** What the record tells of an image whose build is not known. */
function unbuilt(name: string, digest: Digest): ImageOfRecord {
  return { name, config: '', digest, size: 0, layout: '', sboms: [], loaded: [], platforms: [] }
}

function attested({ place, subject }: SignedPlace, earlier: EarlierBuild | undefined): AttestedPlace {
  if (earlier === undefined) return { place, subject, sbom: undefined, apks: [] }
  const { image, output } = earlier
  if (place === 'index') {
    const sbom = image.sboms.find(file => file.endsWith('/sbom-index.spdx.json'))
    return {
      place,
      subject,
      sbom: sbom && join(output, sbom),
      apks: image.platforms.flatMap(({ packages }) => packages),
      scan: image.scan,
    }
  }
  const platform = image.platforms.find(each => each.digest === subject.digest)
  return {
    place,
    subject,
    sbom: platform && join(output, platform.sbom),
    apks: platform?.packages ?? [],
    scan: image.scan,
  }
}
