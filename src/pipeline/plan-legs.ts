import { collect, throwIfAny } from '../domain/failures.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { PackageGraph } from '../melange/graph.ts'
import { targetsOf } from '../melange/melange-file.ts'
import type { World } from '../ports.ts'
import { planOutputsOf } from '../report/plan-outputs.ts'
import { planSummary } from '../report/plan-summary.ts'
import { resolveWish } from '../tools/wish.ts'
import { graphOfRecord } from './graph-of-record.ts'
import { findPathProblems } from './input-paths.ts'
import { readKnownTimes } from './known-times.ts'
import { makePlan, type Plan } from './plan.ts'
import { planGraph } from './plan-graph.ts'
import { planMatrix, type Leg } from './plan-matrix.ts'
import type { StageResult } from './stage-result.ts'
import { surveyFiles, type Survey } from './survey.ts'

/**
 * The plan alone: which files are built for which platform on which runner, and what images come of it. Everything wrong with files and
 * names is told at once. Nothing is built; melange is fetched only when a file can't be understood without it.
 */
export async function planLegs(inputs: Inputs<'plan'>, world: World): Promise<StageResult> {
  const { machine, log } = world
  const { workspace } = machine
  const survey = await surveyFiles(
    {
      melange: inputs['melange-config'],
      apko: inputs['apko-config'],
      workspace,
      varsElsewhere: inputs['vars-file'] !== undefined,
    },
    log,
  )
  const { plan, failures } = planOf(inputs, survey, world)
  const found = [
    ...(await findPathProblems(inputs, { workspace, builds: true })),
    ...survey.failures,
    ...failures,
  ]
  const { files, architectures } = plan.packages
  for (const file of files) await collect(found, () => targetsOf(file, architectures))
  const [version = '', sha256] = [inputs['melange-version'], inputs['melange-sha256']]
  await collect(found, () => resolveWish({ name: 'melange', version, sha256 }, machine))
  // Names that a file which can't be read may have would be told as missing.
  if (survey.failures.length > 0) throwIfAny(found)
  const graph = await collect(found, () => planGraph(plan, inputs, { found, world }))
  const legs = graph && (await collect(found, () => legsOf(graph, plan, { inputs, world })))
  throwIfAny(found.filter(({ message }, index) => found.findIndex(f => f.message === message) === index))
  if (graph === undefined || legs === undefined) throw new TypeError('a plan without a graph')
  const images = plan.images.map(({ name, file, architectures }) => ({
    name,
    config: file.file,
    platforms: architectures.map(({ platform }) => platform),
  }))
  const platforms = Map.groupBy(legs, ({ platform }) => platform)
  const counts = [...platforms].map(([platform, each]) => `${platform}: ${each.length}`)
  log.info(`legs: ${legs.length}${counts.length === 0 ? '' : ` (${counts.join(', ')})`}`)
  const planned = { legs, graph: graphOfRecord(graph), images }
  return { outputs: planOutputsOf(planned, log), summary: planSummary(planned) }
}

function planOf(
  { platforms, image }: Inputs<'plan'>,
  { melange, apko, failures }: Survey,
  { context, machine }: World,
): ReturnType<typeof makePlan> {
  return makePlan({
    wish: { platforms, image, tags: [], push: 'false', load: false, registry: undefined },
    melange,
    apko,
    unreadable: failures.length > 0,
    context,
    host: machine.architecture,
  })
}

async function legsOf(
  graph: PackageGraph,
  { packages: { architectures } }: Plan,
  { inputs, world: { machine, log } }: { inputs: Inputs<'plan'>; world: World },
): Promise<readonly Leg[]> {
  const times = await readKnownTimes(inputs.record, machine.workspace, log)
  return planMatrix({ graph, architectures, legs: inputs.legs, runners: inputs.runners, times })
}
