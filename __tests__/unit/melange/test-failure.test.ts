import { expect, it } from 'vitest'
import type { BuildJob } from '../../../src/melange/build-request.ts'
import { openBuildWatch } from '../../../src/melange/build-watch.ts'
import { declaredTests } from '../../../src/melange/declared-tests.ts'
import { explainTest } from '../../../src/melange/test-failure.ts'
import {
  architecture,
  fixtureFile,
  logLines,
  machineAt,
  melangeTool,
} from '../../support/melange-fixtures.ts'

async function explained(log: string, code = 1) {
  const file = await fixtureFile('tested')
  const job: BuildJob = {
    file,
    architecture: architecture('amd64'),
    place: '/scratch/0',
    hasRepository: true,
    request: {
      files: [file],
      graph: { nodes: [] },
      architectures: [],
      melange: melangeTool(),
      key: { privateKey: '/key/melange.rsa', publicKey: '/key/melange.rsa.pub', throwAway: true },
      sandbox: async () => 'bubblewrap' as const,
      repository: '/out/packages',
      scratch: '/scratch',
      machine: machineAt('/w'),
      options: { pipelineDirs: [], keyring: [], repositories: [], packages: [], extraArgs: [], exclude: [] },
      jobs: 2,
    },
  }
  const watch = openBuildWatch()
  for (const line of log === '' ? [] : logLines(log)) watch.take(line)
  const failure = explainTest(job, watch, code)
  return { code: failure.code, line: failure.at?.line, message: failure.message }
}

it('names the step of a subpackage', async () => {
  expect(await explained('tested-subpackage')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "line": 23,
      "message": "the tests of tested 1.0.0-r0 x86_64 failed: step "look at the text" of subpackage tested-doc failed (exit status 1)",
    }
  `)
})

it('names a step without a name, before one that has one', async () => {
  expect(await explained('tested-unnamed')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "line": 33,
      "message": "the tests of tested 1.0.0-r0 x86_64 failed: step "test -s /usr/share/tested/text" failed (exit status 1)",
    }
  `)
})

it('tells what the test environment lacks', async () => {
  expect(await explained('tested-unresolved')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_UNRESOLVED",
      "line": 26,
      "message": "the tests of tested 1.0.0-r0 x86_64 failed: package nowhere cannot be resolved: nothing provides "nowhere"",
    }
  `)
})

it('tells a death without a word', async () => {
  expect(await explained('', 137)).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "line": 26,
      "message": "the tests of tested 1.0.0-r0 x86_64 failed: melange was killed by signal 9",
    }
  `)
})

it('finds the tests of a file, and none where there are no steps', async () => {
  const tests = declaredTests(await fixtureFile('tested'))
  expect(tests.map(each => [each.package, each.path])).toEqual([
    ['tested', ['test']],
    ['tested-doc', ['subpackages', 0, 'test']],
  ])
  expect(declaredTests(await fixtureFile('hello'))).toEqual([])
})
