import type { Failure } from '../domain/failure.ts'
import { eachAlone, partOutcomes } from '../domain/outcome.ts'
import type { PruneReport } from '../domain/prune-report.ts'
import type { World } from '../ports.ts'
import { pruneVersions } from '../release/prune.ts'
import { findLogin } from './find-login.ts'
import type { PrunePlan } from './prune-plan.ts'

/** Cleans one package after another; one that fails does not stop the others, and what it deleted before is reported. */
export async function prunePackages(
  { mode, keepDays, token, repositories }: PrunePlan,
  world: World,
): Promise<{ readonly reports: readonly PruneReport[]; readonly failures: readonly Failure[] }> {
  const { api = 'https://api.github.com' } = world.context
  const outcomes = await eachAlone(repositories, async repository => {
    const login = { inputs: { 'github-token': token }, primary: repository.registry }
    const credentials = await findLogin(repository, login, world)
    return pruneVersions({ repository, credentials, api, token, mode, keepDays }, world)
  })
  const { values: ends, failed } = partOutcomes(outcomes)
  return {
    reports: ends.map(({ report }) => report),
    failures: [...ends.flatMap(({ failures }) => failures), ...failed],
  }
}
