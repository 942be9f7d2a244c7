import { join, relative } from 'node:path'
import { forgetRepositories } from '../apko/apk-cache.ts'
import type { GraphOfRecord, PackagesOfRecord } from '../domain/build-record.ts'
import type { LocalRepository } from '../domain/package.ts'
import type { SigningKey } from '../domain/signing-key.ts'
import type { Tool } from '../domain/tool.ts'
import type { Inputs } from '../inputs/actions.ts'
import { buildPackages, type BuiltRepository } from '../melange/build-packages.ts'
import { openCompiler } from '../melange/compile-file.ts'
import { openContentFacts } from '../melange/content-facts.ts'
import { openIndexShelf } from '../melange/index-shelf.ts'
import { neededNames } from '../melange/needed-names.ts'
import { resolveGraph } from '../melange/resolve-graph.ts'
import type { ChosenSandbox } from '../melange/sandbox-choice.ts'
import { openSigningKey } from '../melange/signing-key.ts'
import type { World } from '../ports.ts'
import { buildOptions, wantedStamps } from './build-options.ts'
import { defaultJobs } from './default-jobs.ts'
import { graphOfRecord } from './graph-of-record.ts'
import { openSandbox } from './open-sandbox.ts'
import type { PackagePlan } from './plan.ts'
import type { RunCaches } from './run-caches.ts'

export interface PackagesWish {
  readonly inputs: Inputs<'package'>
  readonly plan: PackagePlan
  readonly melange: Tool
  /** PEM; without one a pair is made. */
  readonly key: string | undefined
  /** Absolute path of the output folder. */
  readonly output: string
  readonly sourceDateEpoch: number | undefined
  /** apko, which tells what melange's solver picks. */
  readonly solver: Tool | undefined
  readonly caches: RunCaches
}

export interface MadePackages {
  readonly repository: LocalRepository
  readonly key: SigningKey
  readonly record: PackagesOfRecord
  readonly graph: GraphOfRecord
}

/** Builds the packages into `<output>/packages`, signed. */
export async function makePackages(wish: PackagesWish, world: World): Promise<MadePackages> {
  const { inputs, plan, melange, output, sourceDateEpoch, caches } = wish
  const { machine } = world
  const options = buildOptions(inputs, { output, downloads: caches.downloads }, world)
  const shared = {
    files: plan.files,
    architectures: plan.architectures,
    melange,
    machine,
    options,
    repository: join(output, 'packages'),
    jobs: inputs.jobs ?? (await defaultJobs()),
  }
  const { store } = caches
  const blank = store === undefined || (await store.isEmpty())
  const compile = openCompiler(shared, world)
  const shelf = openIndexShelf(machine.workspace, world)
  const sandbox = openSandbox(wish, world)
  const keyWish = { name: 'melange.rsa', folder: join(machine.temp, 'key') }
  const parts = [
    openSigningKey({ ...keyWish, ...(wish.key === undefined ? {} : { pem: wish.key }) }, melange, world),
    resolveGraph({ ...shared, compile, shelf }, world),
    // Where there is something to take, it may be that nothing has to be built.
    blank ? sandbox.find() : Promise.resolve(),
  ] as const
  // Each to its end: nobody may still be writing the key when the other's failure wipes it.
  await Promise.allSettled(parts)
  const [key, graph] = await Promise.all(parts)
  const request = {
    ...shared,
    graph,
    key,
    sandbox: sandbox.find,
    scratch: join(machine.temp, 'melange'),
    ...(sourceDateEpoch === undefined ? {} : { sourceDateEpoch }),
  }
  const facts = {
    request,
    apko: wish.solver,
    stamps: wantedStamps(inputs, options, world),
    needsOf: neededNames(graph),
    compile,
    shelf,
  }
  const cache = store && { store, blank, facts: openContentFacts(facts, world) }
  try {
    const repository = await buildPackages(request, world, cache)
    if (inputs['melange-test']) {
      const { testPackages } = await import('../melange/test-packages.ts')
      await testPackages({ ...request, scratch: join(machine.temp, 'melange-test') }, repository, world)
    }
    const record = recordOf(repository, { output, sandbox: sandbox.found(), throwAwayKey: key.throwAway })
    return { repository, key, record, graph: graphOfRecord(graph) }
  } finally {
    // What melange kept of our own packages, whose place is another one in the next run.
    for (const folder of [machine.temp, output]) await forgetRepositories(caches.downloads, folder)
  }
}

function recordOf(
  { folder, publicKey, packages, times }: BuiltRepository,
  made: { output: string; sandbox: ChosenSandbox | undefined; throwAwayKey: boolean },
): PackagesOfRecord {
  return {
    folder: relative(made.output, folder),
    publicKey: relative(made.output, publicKey),
    throwAwayKey: made.throwAwayKey,
    ...(made.sandbox === undefined ? {} : { sandbox: made.sandbox.runner }),
    built: packages,
    times,
  }
}
