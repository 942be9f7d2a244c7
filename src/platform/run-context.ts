import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { RunContext } from '../domain/run-context.ts'
import { parseObject } from '../domain/json-object.ts'
import type { Log, Ports } from '../ports.ts'
import { readPayload } from './event-payload.ts'

/** What GitHub tells of the run, or on a laptop what git tells of the workspace. */
export async function readRunContext(
  workspace: string,
  { processes, log }: Pick<Ports, 'processes' | 'log'>,
): Promise<RunContext> {
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
  await dropBrokenEvent(log)
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

/** `@actions/github` reads the event as it is loaded, and throws when that is no JSON. It is no reason to stop: all but the event is known. */
async function dropBrokenEvent(log: Log): Promise<void> {
  const file = process.env['GITHUB_EVENT_PATH']
  if (!file || !existsSync(file)) return
  const text = await readFile(file, 'utf8').catch(() => '')
  if (parseObject(text) !== undefined) return
  log.warning(
    `the event of this run cannot be read, and what it tells is left out: ${file} is no JSON object`,
  )
  delete process.env['GITHUB_EVENT_PATH']
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
