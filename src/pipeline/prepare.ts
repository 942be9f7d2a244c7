import type { FileOfRecord } from '../domain/build-record.ts'
import type { Failure } from '../domain/failure.ts'
import { proveEngine } from '../apko/load.ts'
import { collect, throwIfAny } from '../domain/failures.ts'
import type { RunContext } from '../domain/run-context.ts'
import type { ToolName } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { MelangeFile } from '../melange/melange-file.ts'
import { readPrivateKey } from '../melange/private-key.ts'
import type { World } from '../ports.ts'
import { resolveWish } from '../tools/wish.ts'
import { contradictions, idleRemarks } from './contradictions.ts'
import { findLocks } from './find-locks.ts'
import { findPathProblems } from './input-paths.ts'
import { findPackageMismatch } from './package-version-check.ts'
import { openOutput } from './output-folder.ts'
import type { PlanWish } from './plan-facts.ts'
import { makePlan, type Plan } from './plan.ts'
import { planMarks } from './plan-marks.ts'
import { planTags, tagNames } from './plan-tags.ts'
import { findDestinations, provePushes, type Destinations } from './preflight.ts'
import { readKeyInput } from './signing-key-text.ts'
import { planScan, type ScanPlan } from './scan-plan.ts'
import { hashFiles } from './source-files.ts'
import { planRelease, type ReleasePlan } from './release-plan.ts'
import { planSigning, type SigningInputs, type SigningPlan } from './signing-plan.ts'
import { surveyFiles, type SurveyWish } from './survey.ts'

/** All that is known, and found to be right, before the first tool runs. */
export interface Prepared {
  readonly plan: Plan
  /** Absolute path. */
  readonly output: string
  /** PEM that signs the packages. */
  readonly key: string | undefined
  readonly sourceDateEpoch: number | undefined
  /** How the run signs; undefined when it does not. */
  readonly signing: SigningPlan | undefined
  /** The release that the run makes in the end, if any. */
  readonly release: ReleasePlan | undefined
  /** How images are scanned; undefined when they are not, or there are none. */
  readonly scan: ScanPlan | undefined
  /** Where the plan pushes to, and who we are there. */
  readonly destinations: Destinations
  /** Names of those that are packages on GitHub which do not exist yet. */
  readonly newPackages: ReadonlySet<string>
  /** Files that are built from, as they were named. */
  readonly files: readonly FileOfRecord[]
}

type AnyInputs = Partial<Inputs<'build'> & Inputs<'image'>> &
  Pick<Inputs<'package'>, 'platforms' | 'output' | 'source-date-epoch'>

/**
 * Reads files, plans, and looks at everything that inputs name. Whatever is wrong is told at once; then that we may push is proven
 * where the plan does. Nothing was built by then.
 */
export async function prepare(inputs: AnyInputs, world: World): Promise<Prepared> {
  const { machine, context, log } = world
  const survey = await surveyFiles(surveyWish(inputs, machine.workspace), log)
  const tagged = planTags(inputs, survey.melange, world)
  const { plan, failures } = makePlan({
    wish: planWish(inputs, tagNames(tagged)),
    melange: survey.melange,
    apko: survey.apko,
    unreadable: survey.failures.length > 0,
    context,
    host: machine.architecture,
  })
  const locks = await findLocks(plan.images, {
    lockfile: inputs.lockfile,
    packages: inputs['package-append'] ?? [],
    workspace: machine.workspace,
  })
  const melange = survey.melange
  const marked = planMarks(inputs, { images: locks.images, push: plan.push, melange, tagged }, world)
  const found: Failure[] = [
    ...contradictions(inputs),
    ...(await findPathProblems(inputs, {
      workspace: machine.workspace,
      builds: plan.packages.files.length > 0 || survey.failures.length > 0,
    })),
    ...survey.failures,
    ...failures,
    ...locks.failures,
    ...marked.failures,
    ...packageMismatch(inputs, { plan, melange, context }),
  ]
  for (const name of toolsOf(inputs)) {
    const [version = '', sha256] = [inputs[`${name}-version`], inputs[`${name}-sha256`]]
    await collect(found, () => resolveWish({ name, version, sha256 }, machine))
  }
  const key = await collect(found, () => checkedKey(inputs['signing-key'], world))
  const signing = await collect(found, () => prepareSigning(inputs, plan, world))
  const release = await collect(found, () => plannedRelease(inputs, world))
  const scan = await planScan(inputs, { plan, workspace: machine.workspace, found })
  const destinations = await findDestinations({ plan, inputs, found }, world)
  if (plan.load && plan.images.length > 0) await collect(found, () => proveEngine(world))
  throwIfAny(found)
  for (const idle of idleRemarks(inputs)) log.notice(idle)
  for (const text of marked.notices) log.notice(text)
  const files = [...survey.melange, ...survey.apko].map(({ file }) => file)
  const output = await openOutput(inputs.output, world)
  const newPackages = await provePushes(destinations, world)
  return {
    plan: { ...plan, images: marked.images },
    signing,
    release,
    scan,
    key,
    destinations,
    newPackages,
    output,
    files: await hashFiles(files, machine.workspace),
    sourceDateEpoch: inputs['source-date-epoch'] ?? context.commitTime,
  }
}

/** With images each of them is compared already. */
function packageMismatch(
  inputs: AnyInputs,
  { plan, melange, context }: { plan: Plan; melange: readonly MelangeFile[]; context: RunContext },
): readonly Failure[] {
  if (inputs['version-check'] === false || plan.images.length > 0) return []
  return [findPackageMismatch(melange, context)].filter(each => each !== undefined)
}

function toolsOf({ scan = 'false' }: AnyInputs): readonly ToolName[] {
  return ['melange', 'apko', ...(scan === 'false' ? [] : [scan])]
}

function planWish(inputs: AnyInputs, tags: readonly string[]): PlanWish {
  return {
    platforms: inputs.platforms,
    image: inputs.image ?? [],
    tags,
    push: inputs.push ?? 'false',
    load: inputs.load ?? false,
    registry: inputs.registry,
  }
}

async function checkedKey(value: string | undefined, world: World): Promise<string | undefined> {
  const key = await readKeyInput('signing-key', value, world)
  if (key !== undefined) readPrivateKey(key)
  return key
}

async function prepareSigning(inputs: AnyInputs, plan: Plan, world: World): Promise<SigningPlan | undefined> {
  if (!signs(inputs)) return undefined
  const cosignKey = await readKeyInput('cosign-key', inputs['cosign-key'], world)
  const signing = planSigning({ ...inputs, 'cosign-key': cosignKey }, plan.push, world)
  if (signing?.key !== undefined || signing?.services.trustedRoot !== undefined) {
    const { checkSigning } = await import('./open-signing.ts')
    await checkSigning(signing, world)
  }
  return signing
}

async function plannedRelease(inputs: AnyInputs, world: World): Promise<ReleasePlan | undefined> {
  return inputs.release === undefined ? undefined : planRelease(inputs, world)
}

function signs(inputs: AnyInputs): inputs is AnyInputs & SigningInputs {
  return inputs.sign !== undefined && inputs.sign !== 'false'
}

function surveyWish(inputs: AnyInputs, workspace: string): SurveyWish {
  const { 'melange-config': melange, 'apko-config': apko } = inputs
  const varsElsewhere =
    inputs['vars-file'] !== undefined ||
    (inputs['melange-args'] ?? []).some(argument => argument.startsWith('--vars-file'))
  return {
    workspace,
    varsElsewhere,
    ...(melange === undefined ? {} : { melange }),
    ...(apko === undefined ? {} : { apko }),
  }
}
