import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BuilderName } from '../../../src/domain/tool.ts'
import { startReleaseServer, type ReleaseServer } from '../release-server.ts'
import { startJob, type Job, type StepOptions, type StepResult } from '../runner/job.ts'
import { readCalls, type FakeCall } from './fake-calls.ts'
import { putRelease, type FakeRelease } from './fake-releases.ts'
import type { FakeVersion } from './fake-tool.ts'
import { layOutPrograms, workingBwrap } from './programs.ts'

export interface SceneOptions {
  /** Files of the workspace by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Versions of tools other than the usual ones. */
  readonly versions?: Readonly<Partial<Record<BuilderName, FakeVersion>>>
  /** Scripts on PATH; a working bwrap alone unless told. */
  readonly programs?: Readonly<Record<string, string>>
}

/** A job whose tools are fakes, downloaded from a server of releases. */
export interface Scene extends AsyncDisposable {
  readonly job: Job
  readonly server: ReleaseServer
  readonly releases: Readonly<Record<BuilderName, FakeRelease>>
  /** Folder with the files of `server`. */
  readonly mirror: string
  /** The inputs by which the fakes are had. */
  readonly toolInputs: Readonly<Record<string, string>>
  /** Environment of every step besides the runner's own. */
  readonly env: Readonly<Record<string, string>>
  /** `action` is a folder with an action.yml; inputs stand beside those for the tools, and nothing is signed or scanned unless they say so. */
  step(action: string, inputs?: Readonly<Record<string, string>>, more?: StepOptions): Promise<StepResult>
  write(file: string, text: string): Promise<string>
  /** Calls of the fakes but for those that ask for version and flags. */
  calls(): Promise<readonly FakeCall[]>
}

export async function openScene({ files = {}, versions = {}, programs }: SceneOptions = {}): Promise<Scene> {
  const job = await startJob()
  const [mirror, bin, callsFile] = ['mirror', 'bin', 'calls'].map(name => join(job.root, name)) as [
    string,
    string,
    string,
  ]
  await layOutPrograms(bin, programs ?? { bwrap: workingBwrap })
  const release = (tool: BuilderName): Promise<FakeRelease> => {
    const version = versions[tool]
    return putRelease({ folder: mirror, tool, ...(version === undefined ? {} : { version }) })
  }
  const releases = { melange: await release('melange'), apko: await release('apko') }
  const server = await startReleaseServer({ folder: mirror })
  const env = { PATH: bin, DOCKER_HOST: `unix://${job.root}/no-engine.sock`, FAKE_CALLS: callsFile }
  const toolInputs = {
    'tools-mirror': server.url,
    'melange-sha256': releases.melange.sha256,
    'apko-sha256': releases.apko.sha256,
    ...Object.fromEntries(
      Object.entries(versions).map(([tool, { version }]) => [`${tool}-version`, version] as const),
    ),
  }
  const write = async (file: string, text: string): Promise<string> => {
    const path = join(job.workspace, file)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    return path
  }
  for (const [file, text] of Object.entries(files)) await write(file, text)
  return {
    job,
    server,
    releases,
    mirror,
    toolInputs,
    env,
    write,
    step: (action, inputs = {}, more = {}) =>
      job.step(action, {
        ...more,
        inputs: { ...toolInputs, sign: 'false', scan: 'false', ...inputs },
        env: { ...env, ...more.env },
      }),
    calls: () => readCalls(callsFile),
    async [Symbol.asyncDispose]() {
      await server.close()
      await job[Symbol.asyncDispose]()
    },
  }
}
