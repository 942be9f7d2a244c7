import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { BuildJob, BuildRequest } from '../../../src/melange/build-request.ts'
import { openWorkbench, workbenchOf } from '../../../src/melange/workbench.ts'
import { architecture, fixtureFile, machineAt, temporaryFolder } from '../../support/melange-fixtures.ts'

async function jobIn(
  workspace: string,
  more: Partial<BuildJob> & { value?: unknown } = {},
): Promise<BuildJob> {
  const { value, ...rest } = more
  const file = await fixtureFile('hello')
  const request = { machine: machineAt(workspace), repository: join(workspace, 'out') } as BuildRequest
  return {
    request,
    file: value === undefined ? file : { ...file, value },
    architecture: architecture('amd64'),
    place: join(temporaryFolder(), '0'),
    hasRepository: true,
    ...rest,
  }
}

describe('a build that sees the repository of the run', () => {
  it('runs where that has the same name in every run, and all else its own', async () => {
    const workspace = temporaryFolder()
    await mkdir(join(workspace, 'out'))
    await mkdir(join(workspace, 'keys'))
    await writeFile(join(workspace, 'keys/a.rsa.pub'), 'KEY')
    // What somebody else left under our name.
    await writeFile(join(workspace, '.giropops-packages'), '')
    const job = await jobIn(workspace)
    const folder = await openWorkbench(job)
    expect(folder).toBe(join(job.place, 'workbench'))
    expect((await readdir(folder)).toSorted()).toEqual(['.giropops-packages', 'keys', 'out'])
    expect(await readlink(join(folder, '.giropops-packages'))).toBe(join(workspace, 'out'))
    expect(await readFile(join(folder, 'keys/a.rsa.pub'), 'utf8')).toBe('KEY')
  })

  it.each([
    ['it does not see it', { hasRepository: false }],
    [
      'a repository is around the workspace',
      { value: { environment: { contents: { repositories: ['..'] } } } },
    ],
    [
      'its environment leads out of the workspace',
      { value: { environment: { contents: { keyring: ['../k.pub'] } } } },
    ],
  ])('runs in the workspace when %s', async (_, more) => {
    const workspace = temporaryFolder()
    const job = await jobIn(workspace, more)
    expect([workbenchOf(job), await openWorkbench(job)]).toEqual([undefined, workspace])
  })

  it('stays in the workbench when only its steps go up', async () => {
    const job = await jobIn(temporaryFolder(), { value: { pipeline: [{ runs: 'cd ../..' }] } })
    expect(workbenchOf(job)).toBe(join(job.place, 'workbench'))
  })
})
