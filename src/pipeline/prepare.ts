import type { FileOfRecord } from '../domain/build-record.ts'
import type { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import { contradictions } from './contradictions.ts'
import { findLocks } from './find-locks.ts'
import { missingPaths } from './input-paths.ts'
import { openOutput } from './output-folder.ts'
import { makePlan, type Plan } from './plan.ts'
import { readSigningKey, type SigningKeyText } from './signing-key-text.ts'
import { hashFiles } from './source-files.ts'
import { planSigning, type SigningInputs, type SigningPlan } from './signing-plan.ts'
import { surveyFiles, type SurveyWish } from './survey.ts'

/** All that is known, and found to be right, before the first tool runs. */
export interface Prepared {
  readonly plan: Plan
  /** Absolute path. */
  readonly output: string
  readonly key: SigningKeyText | undefined
  readonly sourceDateEpoch: number | undefined
  /** How the run signs; undefined when it does not. */
  readonly signing: SigningPlan | undefined
  /** Files that are built from, as they were named. */
  readonly files: readonly FileOfRecord[]
}

type AnyInputs = Partial<Inputs<'build'> & Inputs<'image'>> &
  Pick<Inputs<'package'>, 'platforms' | 'output' | 'source-date-epoch'>

/** Reads files, plans and looks at everything that inputs name. Whatever is wrong is told at once; nothing was built by then. */
export async function prepare(inputs: AnyInputs, world: World): Promise<Prepared> {
  const { machine, context, log } = world
  const survey = await surveyFiles(surveyWish(inputs, machine.workspace), log)
  const { plan, failures } = makePlan({
    wish: {
      platforms: inputs.platforms,
      image: inputs.image,
      tags: inputs.tags ?? [],
      push: inputs.push ?? 'false',
      load: inputs.load ?? false,
      registry: inputs.registry,
    },
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
  const found: readonly Failure[] = [
    ...contradictions(inputs),
    ...(await missingPaths(inputs, machine.workspace)),
    ...survey.failures,
    ...failures,
    ...locks.failures,
  ]
  throwIfAny(found)
  const signing = await prepareSigning(inputs, plan, world)
  return {
    plan: { ...plan, images: locks.images },
    signing,
    files: await hashFiles(
      [...survey.melange, ...survey.apko].map(({ file }) => file),
      machine.workspace,
    ),
    key: await readSigningKey(inputs['signing-key'], machine.workspace),
    output: await openOutput(inputs.output, machine, context.workflow),
    sourceDateEpoch: inputs['source-date-epoch'] ?? context.commitTime,
  }
}

async function prepareSigning(inputs: AnyInputs, plan: Plan, world: World): Promise<SigningPlan | undefined> {
  if (!signs(inputs)) return undefined
  const signing = planSigning(inputs, plan.push, world)
  if (signing?.key !== undefined || signing?.services.trustedRoot !== undefined) {
    const { checkSigning } = await import('./open-signing.ts')
    await checkSigning(signing, world)
  }
  return signing
}

function signs(inputs: AnyInputs): inputs is AnyInputs & SigningInputs {
  return inputs.sign !== undefined
}

function surveyWish(inputs: AnyInputs, workspace: string): SurveyWish {
  const { 'melange-config': melange, 'apko-config': apko } = inputs
  return { workspace, ...(melange === undefined ? {} : { melange }), ...(apko === undefined ? {} : { apko }) }
}
