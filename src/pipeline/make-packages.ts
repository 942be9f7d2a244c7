import { join, relative, resolve } from 'node:path'
import type { GraphOfRecord, PackagesOfRecord } from '../domain/build-record.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import { buildPackages } from '../melange/build-packages.ts'
import type { BuildOptions } from '../melange/build-request.ts'
import { checkEmulation } from '../melange/emulation.ts'
import { chooseSandbox } from '../melange/sandbox.ts'
import type { ChosenSandbox } from '../melange/sandbox-choice.ts'
import { resolveGraph } from '../melange/resolve-graph.ts'
import { openSigningKey } from '../melange/signing-key.ts'
import type { World } from '../ports.ts'
import { defaultJobs } from './default-jobs.ts'
import { graphOfRecord } from './graph-of-record.ts'
import type { PackagePlan } from './plan.ts'

export interface PackagesWish {
  readonly inputs: Inputs<'package'>
  readonly plan: PackagePlan
  readonly melange: Tool
  /** PEM; without one a pair is made. */
  readonly key: string | undefined
  /** Absolute path of the output folder. */
  readonly output: string
  readonly sourceDateEpoch: number | undefined
}

export interface MadePackages {
  readonly repository: LocalRepository
  readonly key: SigningKey
  readonly record: PackagesOfRecord
  readonly graph: GraphOfRecord
}

/** What has to be there before a package can be built: a sandbox that works, and emulators for foreign platforms. */
export async function prepareSandbox(
  { inputs, plan }: Pick<PackagesWish, 'inputs' | 'plan'>,
  world: World,
): Promise<ChosenSandbox> {
  const { machine, log } = world
  const sandbox = await chooseSandbox({ wish: inputs.runner, machine }, world)
  log.info(`sandbox: ${sandbox.runner} (${sandbox.why})`)
  await checkEmulation({ architectures: plan.architectures, machine, runner: sandbox.runner })
  return sandbox
}

/** Builds the packages into `<output>/packages`, signed. */
export async function makePackages(wish: PackagesWish, world: World): Promise<MadePackages> {
  const { inputs, plan, melange, output, sourceDateEpoch } = wish
  const { machine, context, secrets } = world
  const both = [
    prepareSandbox(wish, world),
    openSigningKey(
      {
        name: 'melange.rsa',
        folder: join(machine.temp, 'key'),
        ...(wish.key === undefined ? {} : { pem: wish.key }),
      },
      melange,
      world,
    ),
  ] as const
  // Each to its end: nobody may still be writing the key when the other's failure wipes it.
  await Promise.allSettled(both)
  const [sandbox, key] = await Promise.all(both)
  const at = (path: string): string => (URL.canParse(path) ? path : resolve(machine.workspace, path))
  const repositoryAt = (text: string): string => text.replace(/\S+$/, at)
  const optional = (name: 'source-dir' | 'env-file' | 'vars-file'): string | undefined => {
    const path = inputs[name]
    return path === undefined ? undefined : at(path)
  }
  const given = {
    sourceDir: optional('source-dir'),
    envFile: optional('env-file'),
    varsFile: optional('vars-file'),
    namespace: inputs.namespace,
    gitCommit: context.commit,
    gitRepoUrl: context.repository === undefined ? undefined : `https://github.com/${context.repository}`,
  }
  const options: BuildOptions = {
    ...defined(given),
    pipelineDirs: inputs['pipeline-dir'].map(at),
    keyring: inputs['keyring-append'].map(at),
    repositories: [...inputs['repository-append'], ...inputs['build-repository-append']].map(repositoryAt),
    packages: [],
    extraArgs: inputs['melange-args'],
    exclude: [output, machine.temp, ...secrets.hiddenFiles],
  }
  const shared = {
    files: plan.files,
    architectures: plan.architectures,
    melange,
    machine,
    options,
    repository: join(output, 'packages'),
    jobs: inputs.jobs ?? (await defaultJobs()),
  }
  const graph = await resolveGraph(shared, world)
  const request = {
    ...shared,
    graph,
    key,
    runner: sandbox.runner,
    scratch: join(machine.temp, 'melange'),
    ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
  }
  const repository = await buildPackages(request, world)
  if (inputs['melange-test']) {
    const { testPackages } = await import('../melange/test-packages.ts')
    await testPackages({ ...request, scratch: join(machine.temp, 'melange-test') }, repository, world)
  }
  const record = recordOf(repository, { output, sandbox, throwAwayKey: key.throwAway })
  return { repository, key, record, graph: graphOfRecord(graph) }
}

function recordOf(
  { folder, publicKey, packages }: LocalRepository,
  made: { output: string; sandbox: ChosenSandbox; throwAwayKey: boolean },
): PackagesOfRecord {
  return {
    folder: relative(made.output, folder),
    publicKey: relative(made.output, publicKey),
    throwAwayKey: made.throwAwayKey,
    sandbox: made.sandbox.runner,
    built: packages,
  }
}

/** The entries that have a value. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
