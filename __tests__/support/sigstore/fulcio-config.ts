/**
 * Configuration of a real Fulcio that trusts one issuer to speak for GitHub's jobs (Fulcio's config/identity/config.yaml).
 * The comment makes it YAML: a file that is JSON all through is read with other names.
 */
export function fulcioConfig(issuer: string): string {
  const url = '{{ .url }}'
  const repository = `${url}/{{ .repository }}`
  const config = JSON.stringify({
    'oidc-issuers': {
      [issuer]: {
        'issuer-url': issuer,
        'client-id': 'sigstore',
        type: 'ci-provider',
        'ci-provider': 'github-workflow',
      },
    },
    'ci-issuer-metadata': {
      'github-workflow': {
        'default-template-values': { url: 'https://github.com', environment: '' },
        'extension-templates': {
          'github-workflow-trigger': 'event_name',
          'github-workflow-sha': 'sha',
          'github-workflow-name': 'workflow',
          'github-workflow-repository': 'repository',
          'github-workflow-ref': 'ref',
          'build-signer-uri': `${url}/{{ .job_workflow_ref }}`,
          'build-signer-digest': 'job_workflow_sha',
          'runner-environment': 'runner_environment',
          'source-repository-uri': repository,
          'source-repository-digest': 'sha',
          'source-repository-ref': 'ref',
          'source-repository-identifier': 'repository_id',
          'source-repository-owner-uri': `${url}/{{ .repository_owner }}`,
          'source-repository-owner-identifier': 'repository_owner_id',
          'build-config-uri': `${url}/{{ .workflow_ref }}`,
          'build-config-digest': 'workflow_sha',
          'build-trigger': 'event_name',
          'run-invocation-uri': `${repository}/actions/runs/{{ .run_id }}/attempts/{{ .run_attempt }}`,
          'source-repository-visibility-at-signing': 'repository_visibility',
          'deployment-environment': 'environment',
        },
        'subject-alternative-name-template': `${url}/{{ .job_workflow_ref }}`,
      },
    },
  })
  return `# jobs of ${issuer}\n${config}\n`
}
