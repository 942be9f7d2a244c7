import type { RunContext } from '../domain/run-context.ts'
import type { Processes } from '../ports.ts'

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
  }
}
