import { expect, it } from 'vitest'
import { explainBuild } from '../../../src/melange/build-failure.ts'
import type { BuildJob } from '../../../src/melange/build-request.ts'
import { openBuildWatch } from '../../../src/melange/build-watch.ts'
import {
  architecture,
  fixtureFile,
  logLines,
  machineAt,
  melangeTool,
} from '../../support/melange-fixtures.ts'

async function jobFor(file: string, arch: string): Promise<BuildJob> {
  return {
    file: await fixtureFile(file),
    architecture: architecture(arch),
    place: '/scratch/0',
    hasRepository: false,
    request: {
      files: [],
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
}

async function explained(log: string, file = log, { arch = 'amd64', code = 1 } = {}) {
  const watch = openBuildWatch()
  for (const line of logLines(log)) watch.take(line)
  const failure = explainBuild(await jobFor(file, arch), watch, code)
  const { message, hint, at } = failure
  return { code: failure.code, line: at?.line, message, ...(hint !== undefined && { hint }) }
}

it('names the failing step, its line and its last lines', async () => {
  expect(await explained('named')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "line": 21,
      "message": "cannot build named 1.0.0-r0 x86_64: step "compile the thing" failed (exit status 3)
      error: file.c:3: syntax error
      compiling one
      compiling two",
    }
  `)
})

it('does so for the docker runner, whose log ends with its own housekeeping', async () => {
  expect(await explained('named-docker', 'named')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "line": 21,
      "message": "cannot build named 1.0.0-r0 x86_64: step "compile the thing" failed (task exited with code 3)
      error: file.c:3: syntax error
      compiling one
      compiling two",
    }
  `)
})

it('tells an unnamed step by what it printed', async () => {
  expect(await explained('unnamed')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "line": 20,
      "message": "cannot build unnamed 1.0.0-r0 x86_64: step "echo second" failed (exit status 127)
      first
      second
      /bin/sh: nosuchprogram: not found",
    }
  `)
})

it('finds the step of a subpackage', async () => {
  expect(await explained('subpackage')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "line": 23,
      "message": "cannot build sub 1.0.0-r0 x86_64: step "echo in subpackage" of subpackage sub-doc failed (exit status 1)
      in subpackage
      cat: can't open '/no/such/file': No such file or directory",
    }
  `)
})

it('finds a nested step', async () => {
  expect(await explained('nested')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "line": 21,
      "message": "cannot build nested 1.0.0-r0 x86_64: step "inner two" failed (exit status 1)
      inner two breaks",
    }
  `)
})

it('points at the `uses` whose pipeline has the failing step', async () => {
  expect(await explained('uses')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "line": 19,
      "message": "cannot build uses 1.0.0-r0 x86_64: step "my/install" failed (exit status 127)
      install: applet not found",
    }
  `)
})

it('points at the package that nothing provides', async () => {
  expect(await explained('unresolved')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_UNRESOLVED",
      "hint": "Check the name, and that one of the repositories (environment.contents.repositories, "repository-append") has it for this architecture.",
      "line": 16,
      "message": "cannot build unres 1.0.0-r0 x86_64: package nosuchpkg cannot be resolved: nothing provides "nosuchpkg"",
    }
  `)
})

it('tells that a repository without an index may be why', async () => {
  expect(await explained('no-index')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_UNRESOLVED",
      "hint": "There is no index /srv/nodistro/x86_64/APKINDEX.tar.gz: check the repository, and that it has this architecture.",
      "line": 14,
      "message": "cannot build hello 1.2.3-r0 x86_64: package alpine-baselayout-data cannot be resolved: nothing provides "alpine-baselayout-data"",
    }
  `)
})

it('asks for the key of the distribution', async () => {
  expect(await explained('no-key', 'hello')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "hint": "Give the public key of the distribution in "keyring-append" or environment.contents.keyring.",
      "line": 12,
      "message": "cannot build hello 1.2.3-r0 x86_64: the index of the repository /srv/distro cannot be used: no keys provided to verify signature",
    }
  `)
  expect(await explained('wrong-key', 'hello')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "hint": "Give the public key distro.rsa.pub in "keyring-append" or environment.contents.keyring.",
      "line": 12,
      "message": "cannot build hello 1.2.3-r0 x86_64: the index of the repository /srv/distro cannot be used: no signature with known key (one of: [melange.rsa.pub]) found in repository index",
    }
  `)
})

it('names the status of a repository, at its line', async () => {
  expect(await explained('status-404')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "hint": "Check the address, and that the repository has this architecture.",
      "line": 12,
      "message": "cannot build hello 1.2.3-r0 x86_64: the index of the repository http://127.0.0.1:8971/404 cannot be used: it answers with status 404",
    }
  `)
  expect((await explained('status-401', 'hello')).hint).toContain('HTTP_AUTH')
})

it('tells a repository that does not answer', async () => {
  expect(await explained('gone')).toMatchInlineSnapshot(`
    {
      "code": "NETWORK_FAILED",
      "hint": "Check the address and the network; run again when the repository is back.",
      "line": 12,
      "message": "cannot build hello 1.2.3-r0 x86_64: the index of the repository http://127.0.0.1:8971/gone cannot be used: no good answer in 5 attempts (connection refused)",
    }
  `)
})

it('turns what melange finds in the file into CONFIG_INVALID with its line', async () => {
  expect(await explained('field')).toMatchInlineSnapshot(`
    {
      "code": "CONFIG_INVALID",
      "line": 17,
      "message": "cannot build hello 1.2.3-r0 x86_64: field.yaml:17: field pipelin not found in type config.Configuration",
    }
  `)
  expect(await explained('no-pipeline')).toMatchInlineSnapshot(`
    {
      "code": "CONFIG_INVALID",
      "line": 18,
      "message": "cannot build hello 1.2.3-r0 x86_64: compiling nopipe/melange.yaml: compiling "hello" pipelines: compiling Pipeline[0]: unable to load pipeline: open pipelines/no/such.yaml: file does not exist",
    }
  `)
  expect(await explained('syntax')).toMatchInlineSnapshot(`
    {
      "code": "CONFIG_INVALID",
      "line": 18,
      "message": "cannot build hello 1.2.3-r0 x86_64: compiling syntax/melange.yaml: compiling "hello" pipelines: compiling Pipeline[0]: stripping runs comments: 1:1: \`if <cond>\` must be followed by \`then\`:
    > if [ -z x ; mkdir -p /home/build/melange-out/hello/usr/bin
      ^",
    }
  `)
})

it('tells a full disk', async () => {
  expect(await explained('disk-full', 'hello')).toMatchObject({ code: 'DISK_FULL' })
})

it.each(['exec-format', 'exec-format-docker'])('tells missing emulation from %s', async log => {
  expect(await explained(log, 'hello', { arch: 's390x' })).toMatchObject({
    code: 'EMULATION_MISSING',
    message: 'cannot build hello 1.2.3-r0 s390x: this machine cannot run programs for linux/s390x',
  })
})

it('tells a sandbox that went away', async () => {
  expect(await explained('no-docker', 'hello')).toMatchInlineSnapshot(`
    {
      "code": "SANDBOX_MISSING",
      "hint": "Try another "runner": bubblewrap, docker or qemu.",
      "line": 1,
      "message": "cannot build hello 1.2.3-r0 x86_64: cannot use docker for containers: Cannot connect to the Docker daemon at unix:///nope.sock. Is the docker daemon running?",
    }
  `)
})

it('tells how to mend what a linter found', async () => {
  expect(await explained('lint')).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "hint": "Mend what the linter found, or turn it into a warning: "checks: {disabled: [tempdir]}" below "package:".",
      "line": 1,
      "message": "cannot build lint 1.0.0-r0 x86_64: unable to lint package lint: linter "tempdir" failed: lint writes to a temp dir
      [tempdir] lint writes to a temp dir
        → Remove any offending files in temporary dirs in the pipeline, or add a /usr/lib/tmpfiles.d/ snippet in the case of dirs under /run/
          - tmp/x",
    }
  `)
})

it('shows a crash of melange without its trace, with the way around the one we know', async () => {
  expect(await explained('crash', 'crash', { code: 2 })).toMatchInlineSnapshot(`
    {
      "code": "PACKAGE_FAILED",
      "hint": "This melange crashes on "vars-file" when the file has no "vars:"; add "vars: {}" to crash.yaml.",
      "line": 1,
      "message": "cannot build crash 1.0.0-r0 x86_64: melange crashed: panic: assignment to entry in nil map",
    }
  `)
})

it('says how melange ended when it said nothing', async () => {
  const job = await jobFor('hello', 'amd64')
  expect(explainBuild(job, openBuildWatch(), 3).message).toBe(
    'cannot build hello 1.2.3-r0 x86_64: melange ended with code 3',
  )
  const killed = explainBuild(job, openBuildWatch(), 137)
  expect(killed.message).toBe('cannot build hello 1.2.3-r0 x86_64: melange was killed by signal 9')
  expect(killed.hint).toContain('memory')
})

it('shows ten lines at most', async () => {
  const watch = openBuildWatch()
  for (const line of logLines('named').slice(0, -1)) watch.take(line)
  for (let each = 0; each < 5000; each += 1) watch.take(`2026/11/24 07:49:07 INFO line ${each}`)
  watch.take(logLines('named').at(-1) ?? '')
  const lines = explainBuild(await jobFor('named', 'amd64'), watch, 1).message.split('\n')
  expect(lines).toHaveLength(11)
  expect(lines.at(-1)).toBe('  line 4999')
})
