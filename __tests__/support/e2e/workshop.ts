import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exampleWorkspace } from '../../../scripts/kit/example-workspace.ts'
import { kitDistribution, type KitDistribution } from '../../../scripts/kit/kit-distribution.ts'
import { startDocker } from '../../../scripts/kit/kit-docker.ts'
import { prepareMachine } from '../../../scripts/kit/kit-machine.ts'
import { kitTools, type KitTool, type WantedTool } from '../../../scripts/kit/kit-tools.ts'
import { kitWheels, type KitWheels } from '../../../scripts/kit/kit-wheels.ts'
import { localInputs } from '../../../scripts/kit/local-inputs.ts'
import { startReleaseServer, type ReleaseServer } from '../release-server.ts'

/** All real parts that an end-to-end test needs, made once. */
export interface Workshop extends AsyncDisposable {
  readonly folder: string
  readonly dockerHost: string
  readonly distribution: KitDistribution
  readonly wheels: KitWheels
  readonly releases: ReleaseServer
  /** Inputs of the local example for a pair of tools. */
  inputs(apko: string, melange: string): Record<string, string>
  /** Copies the example into a workspace. */
  checkOut(workspace: string): Promise<void>
}

export async function openWorkshop(): Promise<Workshop> {
  const log = (line: string): void => console.error(line)
  const ended = new AsyncDisposableStack()
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'workshop-')))
  ended.defer(() => rm(folder, { recursive: true, force: true }))
  for (const problem of await prepareMachine(log)) log(`note: ${problem}`)
  const { mirrorFolder, tools } = await kitTools(log)
  const distribution = await kitDistribution(log)
  const wheels = await kitWheels(distribution, log)
  const docker = ended.adopt(await startDocker(join(folder, 'docker'), log), each => each.stop())
  const releases = ended.adopt(await startReleaseServer({ folder: mirrorFolder }), each => each.close())
  const pick = (tool: WantedTool['tool'], version: string): KitTool => {
    const found = tools.find(each => each.tool === tool && each.version === version)
    if (found === undefined) throw new Error(`the kit has no ${tool} ${version}`)
    return found
  }
  return {
    folder,
    dockerHost: docker.host,
    distribution,
    wheels,
    releases,
    inputs: (apko, melange) =>
      localInputs({
        tools: [pick('apko', apko), pick('melange', melange)],
        mirror: releases.url,
        distribution,
      }),
    checkOut: async workspace => void (await exampleWorkspace(workspace, wheels)),
    [Symbol.asyncDispose]: () => ended.disposeAsync(),
  }
}
