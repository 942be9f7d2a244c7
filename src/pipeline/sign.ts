import { join } from 'node:path'
import { isDigest, type Digest } from '../domain/digest.ts'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { Inputs } from '../inputs/actions.ts'
import { formatRepository, parseReference } from '../oci/reference.ts'
import { moveTags } from '../oci/tag.ts'
import type { World } from '../ports.ts'
import { outputs } from '../report/outputs.ts'
import { readEarlierBuild, type EarlierBuild } from './earlier-record.ts'
import { findLogin } from './find-login.ts'
import type { AttestedPlace } from './image-attestations.ts'
import { openOutput } from './output-folder.ts'
import type { Destination } from './publish.ts'
import { readRemoteImage, type SignedPlace } from './remote-image.ts'
import { openRecorder } from './run-record.ts'
import { readKeyInput } from './signing-key-text.ts'
import { planSigning } from './signing-plan.ts'
import { planTags } from './plan-tags.ts'
import { concludeRun, type StageResult } from './stage-result.ts'

/** Signs an image that is in a registry; what is there and valid is not made again. Tags, if any, move after it was verified. */
export async function sign(inputs: Inputs<'sign'>, world: World): Promise<StageResult> {
  const recorder = openRecorder(world)
  const { machine } = world
  const { repository, digest } = readTarget(inputs)
  const tags = inputs.tags.length === 0 ? [] : tagsOf(inputs, world)
  const cosignKey = await readKeyInput('cosign-key', inputs['cosign-key'], world)
  const plan = planSigning({ ...inputs, 'cosign-key': cosignKey }, 'done before', world)
  if (plan === undefined)
    throw new Failure('INPUT_INVALID', 'input "sign" is "false", so there is nothing to do', {
      hint: 'Leave "sign" out.',
    })
  const { checkSigning } = await import('./open-signing.ts')
  await checkSigning(plan, world)
  const earlier =
    inputs.record === undefined ? undefined : await readEarlierBuild(inputs.record, digest, machine.workspace)
  const output = await openOutput(inputs.output, world)
  const destination: Destination = { repository, credentials: await findLogin(repository, inputs, world) }
  const places = await readRemoteImage(destination, digest, world)

  const signed = await recorder.stage('sign', async () => {
    const { signStage } = await import('./sign-stage.ts')
    const image = {
      destination,
      places: places.map(place => attested(place, earlier)),
      bundles: join(output, 'bundles'),
    }
    const githubToken = inputs['github-token']
    return signStage(
      { plan, images: [image], packages: undefined, provenance: earlier?.record, githubToken, output },
      world,
    )
  })
  if (tags.length > 0) await recorder.stage('tags', () => moveTags({ ...destination, digest, tags }, world))

  const name = formatRepository(repository)
  const image = {
    ...(earlier?.image ?? {
      name,
      config: '',
      digest,
      size: 0,
      layout: '',
      sboms: [],
      loaded: [],
      platforms: [],
    }),
    pushed: { repository: name, tags, uploaded: 0, skipped: 0 },
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

function readTarget(inputs: Inputs<'sign'>): { repository: Destination['repository']; digest: Digest } {
  if (inputs.image === undefined) {
    throw new Failure('INPUT_INVALID', 'input "image" is not given', {
      hint: 'Name the image by digest: ghcr.io/owner/name@sha256:…',
    })
  }
  const { registry, path, digest = inputs.digest } = parseReference(inputs.image)
  if (digest === undefined || !isDigest(digest)) {
    throw new Failure(
      'INPUT_INVALID',
      `image ${JSON.stringify(inputs.image)} is to be signed by its digest, and none is given`,
      {
        hint: 'Write image: name@sha256:… or give "digest", for example the output "digest" of the step that pushed it. Tags can move, so they are not signed.',
      },
    )
  }
  return { repository: { registry, path }, digest }
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
    }
  }
  const platform = image.platforms.find(each => each.digest === subject.digest)
  return { place, subject, sbom: platform && join(output, platform.sbom), apks: platform?.packages ?? [] }
}
