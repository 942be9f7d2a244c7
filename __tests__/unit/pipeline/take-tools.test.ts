import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../../src/domain/failure.ts'
import { Failures } from '../../../src/domain/failures.ts'
import { takeTools } from '../../../src/pipeline/take-tools.ts'
import type { ToolCache, World } from '../../../src/ports.ts'
import { fakePorts, type Script } from '../../support/fake-ports.ts'
import { arch } from '../../support/planned-files.ts'

let workspace = ''
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'take-tools-'))
  for (const name of ['apko', 'melange']) await writeFile(join(workspace, name), '')
  for (const name of ['apko', 'melange']) await chmod(join(workspace, name), 0o755)
})
afterAll(() => rm(workspace, { recursive: true }))

const good = 'GitVersion: v1.2.3\n      --arch strings   archs\n'

/** An empty cache whose fresh folders are in the workspace. */
const toolCache: ToolCache = {
  find: async () => undefined,
  fresh: () => mkdtemp(join(workspace, 'fresh-')),
  adopt: () => Promise.reject(new Error('nothing is to be adopted')),
  discard: async () => {},
}

/** Takes both, `versions` being melange's and apko's. */
function take(versions: readonly [string, string], script: Pick<Script, 'processes' | 'http'>) {
  const machine = {
    os: 'linux',
    architecture: arch('amd64'),
    workspace,
    temp: '',
    dockerHost: '',
    dockerConfig: '',
  } as const
  const world: World = {
    ...fakePorts({ ...script, toolCache }),
    machine,
    context: { workflow: true },
    cacheFolder: '',
    version: '1.0.0',
  }
  const inputs = {
    'melange-version': versions[0],
    'apko-version': versions[1],
    'melange-sha256': undefined,
    'apko-sha256': undefined,
    'tools-mirror': 'https://github.com',
    deadline: 0,
  }
  return takeTools({ inputs, names: ['melange', 'apko'], needs: [] }, world)
}

describe('takeTools', () => {
  it('answers both', async () => {
    const tools = await take(['./melange', './apko'], {
      processes: { apko: { stdout: good }, melange: { stdout: good } },
    })
    expect(tools).toMatchObject({ apko: { version: '1.2.3' }, melange: { path: join(workspace, 'melange') } })
  })

  it('tells of both when neither can be had', async () => {
    const failed: unknown = await take(['./no-melange', './no-apko'], {}).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Failures)
    expect(String(failed)).toMatch(/melange-version names .*\n?apko-version names /)
  })

  it('ends only when nothing of the other tool is at work any more', async () => {
    let asked = 0
    const apko = async () => {
      await sleep(30)
      asked += 1
      return { stdout: good }
    }
    const failed: unknown = await take(['./no-melange', './apko'], { processes: { apko } }).catch(
      (error: unknown) => error,
    )
    expect(failed).toMatchObject({ code: 'TOOL_MISSING' })
    expect(asked).toBe(2)
  })

  it('tells of a cancel alone', async () => {
    const http = () => Promise.reject(new Failure('CANCELLED', 'the run was cancelled'))
    const failed: unknown = await take(['0.56.5', './no-apko'], { http }).catch((error: unknown) => error)
    expect(failed).toMatchObject({ code: 'CANCELLED' })
  })
})
