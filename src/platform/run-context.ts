import type { RunContext } from '../domain/run-context.ts'
import type { Processes } from '../ports.ts'
import { readPayload } from './event-payload.ts'

/** What GitHub tells of the run, or on a laptop what git tells of the workspace. */
export async function readRunContext(workspace: string, processes: Processes): Promise<RunContext> {
  const git = async (...args: string[]): Promise<string | undefined> => {
    const asked = await processes
      .ask({ tool: 'git', args: ['-C', workspace, '-c', `safe.directory=${workspace}`, ...args] })
      .catch(() => undefined)
    return asked?.code === 0 ? asked.stdout.trim() || undefined : undefined
  }
  const time = await git('log', '-1', '--format=%ct')
  const commitTime = time === undefined ? {} : { commitTime: Number(time) }
  if (process.env['GITHUB_ACTIONS'] !== 'true') {
    const [commit, ref] = [await git('rev-parse', 'HEAD'), await git('symbolic-ref', '-q', 'HEAD')]
    return {
      workflow: false,
      ...commitTime,
      ...(commit === undefined ? {} : { commit }),
      ...(ref === undefined ? {} : { ref }),
    }
  }
  const { context } = await import('@actions/github')
  const { owner, repo } = context.repo
  return {
    workflow: true,
    ...commitTime,
    repository: `${owner}/${repo}`,
    actor: context.actor,
    event: context.eventName,
    commit: context.sha,
    ref: context.ref,
    url: `${context.serverUrl}/${owner}/${repo}/actions/runs/${context.runId}`,
    server: context.serverUrl,
    api: context.apiUrl,
    ...readEnvironment(process.env),
    ...readPayload(context.payload, context.actor),
  }
}

/** What only the environment of a job tells. */
function readEnvironment(env: NodeJS.ProcessEnv): Partial<RunContext> {
  const url = env['ACTIONS_ID_TOKEN_REQUEST_URL']
  const requestToken = env['ACTIONS_ID_TOKEN_REQUEST_TOKEN']
  const texts = {
    workflowRef: env['GITHUB_WORKFLOW_REF'],
    attempt: env['GITHUB_RUN_ATTEMPT'],
    repositoryId: env['GITHUB_REPOSITORY_ID'],
    ownerId: env['GITHUB_REPOSITORY_OWNER_ID'],
    runner: env['RUNNER_ENVIRONMENT'],
  }
  return {
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined && text !== '')),
    ...(url && requestToken ? { identity: { url, requestToken } } : {}),
  }
}
