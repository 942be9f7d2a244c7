/** What GitHub says about a job in its identity token; the names are GitHub's. */
export interface Claims {
  readonly sub: string
  readonly repository: string
  readonly repository_id: string
  readonly repository_owner: string
  readonly repository_owner_id: string
  readonly repository_visibility: string
  readonly ref: string
  readonly ref_type: string
  readonly sha: string
  readonly head_ref: string
  readonly base_ref: string
  readonly workflow: string
  readonly workflow_ref: string
  readonly workflow_sha: string
  readonly job_workflow_ref: string
  readonly job_workflow_sha: string
  readonly event_name: string
  readonly run_id: string
  readonly run_number: string
  readonly run_attempt: string
  readonly runner_environment: string
  readonly actor: string
  readonly actor_id: string
}

/** Claims of a push to main of acme/images, with what is given instead; what follows from that follows. */
export function githubClaims(given: Partial<Claims> = {}): Claims {
  const { repository = 'acme/images', ref = 'refs/heads/main', event_name = 'push' } = given
  const { sha = '0123456789abcdef0123456789abcdef01234567' } = given
  const { workflow_ref = `${repository}/.github/workflows/release.yml@${ref}`, workflow_sha = sha } = given
  const where = event_name === 'pull_request' ? 'pull_request' : `ref:${ref}`
  return {
    sub: `repo:${repository}:${where}`,
    repository,
    repository_id: '1001',
    repository_owner: repository.split('/')[0] ?? '',
    repository_owner_id: '2002',
    repository_visibility: 'public',
    ref,
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    sha,
    head_ref: '',
    base_ref: '',
    workflow: 'release',
    workflow_ref,
    workflow_sha,
    job_workflow_ref: workflow_ref,
    job_workflow_sha: workflow_sha,
    event_name,
    run_id: '42',
    run_number: '7',
    run_attempt: '1',
    runner_environment: 'github-hosted',
    actor: 'octocat',
    actor_id: '583231',
    ...given,
  }
}
