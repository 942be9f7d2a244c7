import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startResultsService, type ResultsService } from '../artifacts/results-service.ts'
import type { Workshop } from '../e2e/workshop.ts'
import { startRegistry, type RegistryStandIn } from '../registry/registry.ts'
import { startSigstore, type Sigstore } from '../sigstore/start.ts'
import { callerRepository, calledWorkflow, callWorkflow, type CallResult } from './called-workflow.ts'
import { callerWorkflow } from './caller.ts'

export interface Call {
  readonly files: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, string>>
  /** Jobs of the caller that run before. */
  readonly jobs?: Readonly<Record<string, object>>
}

/** GitHub's services, a registry and a Sigstore of one run of a caller's workflow. */
export interface WorkflowScene extends AsyncDisposable {
  readonly folder: string
  readonly results: ResultsService
  readonly registry: RegistryStandIn
  readonly sigstore: Sigstore
  /** The job's token, and by what it asks for its identity. */
  readonly secrets: readonly string[]
  call(call: Call): Promise<CallResult>
}

/** The identity tokens say that our workflow, at its tag, is called by the caller's. */
export async function openWorkflowScene(workshop: Workshop): Promise<WorkflowScene> {
  const ended = new AsyncDisposableStack()
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'workflow-')))
  ended.defer(() => rm(folder, { recursive: true, force: true }))
  const results = ended.use(await startResultsService())
  const token = 'ghs_tokenOfTheWorkflowsJobs0123456789'
  const scopes = ['read:packages', 'write:packages'] as const
  const users = { [token]: { login: 'octo', repository: callerRepository, scopes } }
  const registry = ended.adopt(await startRegistry({ auth: 'ghcr', users }), each => each.close())
  const claims = {
    repository: callerRepository,
    workflow_ref: `${callerRepository}/.github/workflows/${callerWorkflow}@refs/heads/main`,
    job_workflow_ref: `${calledWorkflow}@refs/tags/v1`,
  }
  const sigstore = ended.use(await startSigstore({ claims }))
  const local = Object.entries(workshop.inputs('1.2.31', '0.56.5'))
  const tools = local.filter(([name]) => !/^(melange-config|apko-config|env-file)$/.test(name))
  const common = {
    ...Object.fromEntries(tools),
    image: `${registry.host}/${callerRepository}`,
    username: 'octo',
    tags: '1.0.0',
    deadline: '5s',
    'fulcio-url': sigstore.urls.fulcio,
    'rekor-url': sigstore.urls.rekor,
    'tsa-url': `${sigstore.urls.tsa}/api/v1/timestamp`,
    'trusted-root': 'trusted_root.json',
  }
  return {
    folder,
    results,
    registry,
    sigstore,
    secrets: [token, sigstore.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN, results.env['ACTIONS_RUNTIME_TOKEN'] ?? ''],
    call: ({ files, inputs = {}, jobs = {} }) =>
      callWorkflow({
        folder,
        results,
        token,
        env: { DOCKER_HOST: workshop.dockerHost, ...sigstore.env },
        jobs,
        needs: Object.keys(jobs),
        files: { ...files, 'trusted_root.json': JSON.stringify(sigstore.trustedRoot()) },
        with: { ...common, ...inputs },
      }),
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  }
}
