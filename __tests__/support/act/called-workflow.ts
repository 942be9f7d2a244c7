import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { kitAct } from '../../../scripts/kit/kit-act.ts'
import { kitArtifactClient } from '../../../scripts/kit/kit-artifact-client.ts'
import { parse } from 'yaml'
import type { ResultsService } from '../artifacts/results-service.ts'
import { artifactAction, runAct, type ActResult } from './act.ts'
import { callerWorkflow, writeCaller, type Called, type Caller } from './caller.ts'
import { exportRelease } from './release-tree.ts'

/** Who we are to a caller. */
export const release = 'octo/giropops-build@v1'
export const callerRepository = 'octo/senhas'

export const calledWorkflow = 'octo/giropops-build/.github/workflows/build.yaml'

export interface CallOptions extends Omit<Caller, 'uses'> {
  /** Of this run alone. */
  readonly folder: string
  readonly results: ResultsService
  readonly env: Readonly<Record<string, string>>
  readonly token: string
}

export interface CallResult extends ActResult {
  /** What the caller got back; undefined when nothing got so far. */
  readonly called: Called | undefined
}

/** Calls the reusable workflow of this checkout, with its dist/, from another repository, under act. */
export async function callWorkflow(options: CallOptions): Promise<CallResult> {
  const { folder, results, env, token } = options
  const log = (line: string): void => console.error(line)
  const client = await kitArtifactClient(log)
  const program = await kitAct(log)
  const [workspace, answer] = [join(folder, 'senhas'), join(folder, 'answer.json')]
  await mkdir(workspace, { recursive: true })
  await writeCaller(
    workspace,
    { ...options, uses: calledWorkflow + release.slice(release.indexOf('@')) },
    answer,
  )
  const shims = {
    'actions/upload-artifact': await artifactAction('upload-artifact', { client, folder }),
    'actions/download-artifact': await artifactAction('download-artifact', { client, folder }),
  }
  const tree = await exportRelease(join(folder, 'release'), release)
  const used = await pinsOf(join(tree, '.github/workflows/build.yaml'))
  const done = await runAct({
    program,
    folder,
    workspace,
    workflow: callerWorkflow,
    runners: ['ubuntu-24.04', 'ubuntu-24.04-arm'],
    repositories: {
      [release]: tree,
      ...Object.fromEntries(
        used.flatMap(uses =>
          Object.entries(shims).flatMap(([name, path]) =>
            uses.startsWith(`${name}@`) ? [[uses, path]] : [],
          ),
        ),
      ),
    },
    env: {
      GITHUB_REPOSITORY: callerRepository,
      GITHUB_REPOSITORY_OWNER: 'octo',
      GITHUB_ACTOR: 'octo',
      GITHUB_RUN_ID: '42',
      GITHUB_REF: 'refs/heads/main',
      ...results.env,
      ...env,
    },
    secrets: { GITHUB_TOKEN: token },
  })
  const text = await readFile(answer, 'utf8').catch(() => undefined)
  return { ...done, called: text === undefined ? undefined : (JSON.parse(text) as Called) }
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly uses?: string }[] }>>
}

async function pinsOf(workflow: string): Promise<readonly string[]> {
  const { jobs } = parse(await readFile(workflow, 'utf8')) as Workflow
  return [...new Set(Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? [])))]
}
