import { extension } from './certificate.ts'
import type { Claims } from './claims.ts'
import { sequence, tagged, text } from './der.ts'

const github = 'https://github.com'

/** Name of the one who signs, as the certificate has it: the workflow's file at its ref. */
export function workflowUri(claims: Claims): string {
  return `${github}/${claims.job_workflow_ref}`
}

/** Subject and facts of a GitHub job as Fulcio writes them into its certificate (Fulcio's docs/oid-info.md). */
export function githubExtensions(claims: Claims, issuer: string): readonly Buffer[] {
  const repository = `${github}/${claims.repository}`
  const facts: Readonly<Record<number, string>> = {
    8: issuer,
    9: workflowUri(claims),
    10: claims.job_workflow_sha,
    11: claims.runner_environment,
    12: repository,
    13: claims.sha,
    14: claims.ref,
    15: claims.repository_id,
    16: `${github}/${claims.repository_owner}`,
    17: claims.repository_owner_id,
    18: `${github}/${claims.workflow_ref}`,
    19: claims.workflow_sha,
    20: claims.event_name,
    21: `${repository}/actions/runs/${claims.run_id}/attempts/${claims.run_attempt}`,
    22: claims.repository_visibility,
    24: claims.sub,
  }
  const older = [issuer, claims.event_name, claims.sha, claims.workflow, claims.repository, claims.ref]
  return [
    extension('2.5.29.17', sequence(tagged(6, Buffer.from(workflowUri(claims)))), true),
    ...older.map((value, at) => extension(fulcioId(at + 1), Buffer.from(value))),
    ...Object.entries(facts).map(([arc, value]) => extension(fulcioId(Number(arc)), text(value))),
  ]
}

function fulcioId(arc: number): string {
  return `1.3.6.1.4.1.57264.1.${arc}`
}
