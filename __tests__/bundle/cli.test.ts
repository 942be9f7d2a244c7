import { spawnSync } from 'node:child_process'
import { readFile, readdir, symlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import own from '../../package.json' with { type: 'json' }
import { expectSuccess } from '../support/bundle/failures.ts'
import { actions } from '../../src/inputs/actions.ts'
import { runCli, type CliResult } from '../support/bundle/cli.ts'
import { startJobRegistry, jobToken } from '../support/bundle/job-registry.ts'
import { anyMachine, plainText } from '../support/bundle/plain-text.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'

let scene: Scene
beforeAll(async () => {
  scene = await openScene({ files: { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml } })
})
afterAll(() => scene[Symbol.asyncDispose]())

/** The command as on a laptop: no variable of a runner is set. */
function giropops(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliResult> {
  const { root, workspace, temp, tools } = scene.job
  return runCli(args, {
    cwd: workspace,
    env: { ...scene.env, HOME: root, TMPDIR: temp, RUNNER_TOOL_CACHE: tools, ...env },
  })
}

const toolFlags = (): readonly string[] =>
  Object.entries({ ...scene.toolInputs, sign: 'false', scan: 'false' }).map(
    ([name, text]) => `--${name}=${text}`,
  )

describe('giropops --help', () => {
  it('lists actions and inputs on standard output', async () => {
    const { code, stdout } = await giropops(['setup', '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^giropops \[action\] --input value …\n\n {2}build {4}packages, then images/)
    for (const name of Object.keys(actions.setup)) expect(stdout).toContain(`\n  --${name}\n`)
    expect(stdout).not.toContain('--platforms')
  })

  it('names no secret as a plain flag', async () => {
    const { stdout } = await giropops(['-h'])
    expect(stdout).toContain('  --signing-key FILE   (or the variable GIROPOPS_SIGNING_KEY)\n')
    expect(stdout).toContain('  --token FILE   (or the variable GIROPOPS_TOKEN)\n')
  })
})

describe('giropops by itself', () => {
  /** Run as a shell would, by its first line, through a link as npm lays it. */
  const run = async (
    ...args: readonly string[]
  ): Promise<{ code: number; stdout: string; stderr: string }> => {
    const link = join(scene.job.root, 'giropops')
    await symlink(resolve('dist/cli.js'), link).catch(() => {})
    const env = { ...scene.env, PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: scene.job.root }
    const { status, stdout, stderr } = spawnSync(link, args, {
      cwd: scene.job.workspace,
      env,
      encoding: 'utf8',
    })
    return { code: status ?? -1, stdout, stderr }
  }

  it.each(['--version', '-v'])('tells its version by %s', async flag => {
    expect(await run(flag)).toMatchObject({ code: 0, stdout: `${own.version}\n` })
  })

  it('lists the inputs of an action by help', async () => {
    const { code, stdout } = await run('help', 'setup')
    expect(code).toBe(0)
    expect(stdout).toContain('\nInputs of setup:\n')
  })

  it.each([[['--env-file=no.env']], [['--env-file', 'no.env']]])(
    'gives node none of its flags: %j',
    async args => {
      const { code, stderr } = await run(...args)
      expect(code).toBe(1)
      expect(stderr).toContain('error: input "env-file": there is no file "no.env"\n')
    },
  )
})

describe('a wrong command line', () => {
  it('is told at once, with the nearest name, and ends with 1', async () => {
    const { code, stdout, stderr } = await giropops(['--platform', 'amd64', '--image', '--load', 'push'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatchInlineSnapshot(`
      "giropops-build 1.0.0
      error: "--platform" is not an argument of giropops
      Did you mean --platforms? \`giropops --help\` lists them all.
      (INPUT_INVALID)
      error: --image needs a value
      Give it as --image VALUE or --image=VALUE.
      (INPUT_INVALID)
      error: "push" is not an argument of giropops
      \`giropops --help\` lists them all.
      (INPUT_INVALID)
      "
    `)
  })

  it('may be a file of a secret that is not there', async () => {
    const { code, stderr } = await giropops(['--token', 'no-such-file'])
    expect(code).toBe(1)
    expect(stderr).toMatchInlineSnapshot(`
      "giropops-build 1.0.0
      error: --token: its file cannot be read (ENOENT)
      Give the path of a file that holds the secret, or set GIROPOPS_TOKEN.
      (INPUT_INVALID)
      "
    `)
  })

  it('may ask to push without saying where to', async () => {
    const { code, stderr } = await giropops(['--push', 'true'])
    expect(code).toBe(1)
    expect(stderr).toMatchInlineSnapshot(`
      "giropops-build 1.0.0
      error: input "push" is "true", but nothing says where to
      Name the repository with "image", for example ghcr.io/owner/name.
      (INPUT_INVALID)
      error: signing without a key needs the identity of a GitHub job, and this is none
      Give a key as cosign-key, or leave the image unsigned with \`sign: false\`.
      (IDENTITY_MISSING)
      "
    `)
  })
})

describe('a run on a laptop', () => {
  it('pushes nothing unless asked, and leaves its results in giropops-output', async () => {
    const { code, stdout, stderr } = await giropops([
      ...toolFlags(),
      '--image',
      'ghcr.io/octo/senhas',
      '--tags=1.0.0',
    ])
    expectSuccess({ code, raw: stderr })
    const shown = anyMachine(plainText(stdout, { workspace: scene.job.workspace }))
    expect(shown).toMatchInlineSnapshot(`
      "digest=sha256:<sha256>
      images=[{"name":"ghcr.io/octo/senhas","digest":"sha256:<sha256>","tags":[],"platforms":{"linux/<arch>":"sha256:<sha256>"}}]
      digest-<arch>=sha256:<sha256>
      built=[{"kind":"package","name":"senhas","version":"1.0.0-r0","arch":"<apk-arch>"},{"kind":"image","name":"ghcr.io/octo/senhas","digest":"sha256:<sha256>"}]
      skipped=[]
      packages=<workspace>/giropops-output/packages
      public-key=<workspace>/giropops-output/packages/melange.rsa.pub
      sbom-paths=<workspace>/giropops-output/images/apko/sbom/sbom-<apk-arch>.spdx.json <workspace>/giropops-output/images/apko/sbom/sbom-index.spdx.json
      record=<workspace>/giropops-output/giropops.json
      "
    `)
    expect((await readdir(join(scene.job.workspace, 'giropops-output'))).sort()).toEqual([
      'giropops.json',
      'images',
      'packages',
    ])
    expect(await readdir(scene.job.temp)).toEqual([])
    expect(stderr).toContain('Built, not pushed.')
    expect(`${stdout}${stderr}`).not.toContain('::')
  })

  it('takes secrets from variables and files, and never shows them', async () => {
    await using registry = await startJobRegistry()
    const { username = '', image = '' } = registry.inputs
    const args = [
      ...toolFlags(),
      '--image',
      image,
      '--username',
      username,
      '--tags',
      'main',
      '--push',
      'true',
    ]
    const byVariable = await giropops(['image', ...args, '--packages', 'giropops-output/packages'], {
      GIROPOPS_TOKEN: jobToken,
    })
    expectSuccess({ code: byVariable.code, raw: byVariable.stderr })
    expect(byVariable.stdout).toContain(`tags=${image}:main\n`)
    const file = await scene.write('token', jobToken)
    const byFile = await giropops(['image', ...args, '--token', file])
    expectSuccess({ code: byFile.code, raw: byFile.stderr })
    expect(registry.tags).toEqual(['main'])
    for (const { stdout, stderr } of [byVariable, byFile]) expect(stdout + stderr).not.toContain(jobToken)
  })

  it('ends with 1 after a failure, told at its place', async () => {
    const log = await scene.write(
      'printed.log',
      await readFile('__tests__/fixtures/apko/logs/1.2.31-nopkg.log', 'utf8'),
    )
    const { code, stdout, stderr } = await giropops(['image', ...toolFlags()], { FAKE_APKO_LOG: log })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/\nerror: (apko\.yaml(:\d+)*: )?no repository has the package "nosuchpkg"/)
    expect(stderr).toMatch(/\n\(PACKAGE_UNRESOLVED\)\n$/)
  })
})
