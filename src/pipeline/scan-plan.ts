import { isNever, parseFailOn, type FailOn } from '../domain/fail-on.ts'
import { Failure } from '../domain/failure.ts'
import { collect } from '../domain/failures.ts'
import type { Inputs } from '../inputs/actions.ts'
import { readDatabaseWish } from '../scan/database-wish.ts'
import { readIgnoreList } from '../scan/ignore-list.ts'
import type { Policy } from '../scan/judge.ts'
import type { Plan } from './plan.ts'
import { readVexDocuments } from '../scan/vex-document.ts'

export type ScanInputs = Pick<
  Inputs<'image'>,
  'scan' | 'fail-on' | 'only-fixed' | 'scan-ignore' | 'vex' | 'sarif' | 'scan-database'
>

/** How the run looks for vulnerabilities, and which of them stop an image. */
export interface ScanPlan {
  readonly scanner: 'grype' | 'trivy'
  readonly database: string | undefined
  readonly policy: Omit<Policy, 'today'>
  /** Whether nothing may be pushed unscanned: whenever findings may stop it. */
  readonly required: boolean
  readonly sarif: 'upload' | 'file' | 'false'
}

interface Surroundings {
  readonly plan: Pick<Plan, 'images'>
  readonly workspace: string
  readonly found: Failure[]
}

/** Reads the policy and what it names; all that is wrong is added to `found`. Undefined when nothing is scanned, or there is no image. */
export async function planScan(
  inputs: Partial<ScanInputs>,
  { plan, workspace, found }: Surroundings,
): Promise<ScanPlan | undefined> {
  if (!isWhole(inputs)) return undefined
  const { scan, sarif } = inputs
  const ignored = await readIgnoreList(inputs['scan-ignore'], workspace)
  const vex = await readVexDocuments(inputs.vex, workspace)
  found.push(...ignored.failures, ...vex.failures)
  if (scan === 'false' || plan.images.length === 0) return undefined
  await collect(found, () => readDatabaseWish(scan, inputs['scan-database'], workspace))
  const failOn = parseFailOn(inputs['fail-on']) ?? { severity: 'critical', exploited: false }
  if (scan === 'trivy' && asksForChances(failOn)) found.push(withoutChances(inputs['fail-on']))
  return {
    scanner: scan,
    database: inputs['scan-database'],
    policy: { failOn, onlyFixed: inputs['only-fixed'], ignores: ignored.entries, vex: vex.statements },
    required: !isNever(failOn),
    sarif,
  }
}

/** Whether it is an action that scans: such a one has all of the inputs. */
function isWhole(inputs: Partial<ScanInputs>): inputs is ScanInputs {
  return inputs.scan !== undefined
}

/** Whether it asks for what only some databases have. */
function asksForChances({ exploited, epss }: FailOn): boolean {
  return exploited || epss !== undefined
}

function withoutChances(text: string): Failure {
  return new Failure(
    'INPUT_INVALID',
    `input "fail-on" is ${JSON.stringify(text)}, but trivy's database tells neither what is exploited (kev) nor EPSS`,
    { hint: 'Take `scan: grype`, or name a severity alone.' },
  )
}
