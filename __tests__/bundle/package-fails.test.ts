import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { expectFailure, type SeenFailure } from '../support/bundle/failures.ts'
import { anyMachine, shownLog } from '../support/bundle/plain-text.ts'
import { melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'

const fixture = (path: string): Promise<string> =>
  readFile(new URL(`../fixtures/melange/${path}`, import.meta.url), 'utf8')

/** Builds a recipe with a melange that prints this and fails. */
async function failing(recipe: string, printed: string): Promise<{ failure: SeenFailure; log: string }> {
  await using scene = await openScene({ files: { 'melange.yaml': recipe } })
  const log = await scene.write('printed.txt', printed)
  const result = await scene.step('package', {}, { env: { FAKE_MELANGE_LOG: log } })
  const failure = await expectFailure(scene, result)
  return { failure: { ...failure, text: anyMachine(failure.text) }, log: shownLog(result.log) }
}

/** What melange really printed of a file. */
async function seen(name: string): Promise<{ failure: SeenFailure; log: string }> {
  return failing(await fixture(`files/${name}.yaml`), await fixture(`logs/${name}.txt`))
}

describe('a build that fails', () => {
  it('in a step is told with its last lines, at the step', async () => {
    const { failure, log } = await seen('named')
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "melange.yaml:21:5",
        "code": "PACKAGE_FAILED",
        "text": "cannot build named 1.0.0-r0 <apk-arch>: step "compile the thing" failed (exit status 3)
        error: file.c:3: syntax error
        compiling one
        compiling two",
      }
    `)
    expect(log).toContain('\nrunning step "compile the thing"\nerror: file.c:3: syntax error\n')
  })

  it('for a package that nobody has is told at the package', async () => {
    const { failure } = await seen('unresolved')
    expect(failure).toMatchInlineSnapshot(`
      {
        "at": "melange.yaml:16:9",
        "code": "PACKAGE_UNRESOLVED",
        "text": "cannot build unres 1.0.0-r0 <apk-arch>: package nosuchpkg cannot be resolved: nothing provides "nosuchpkg"
      Check the name, and that one of the repositories (environment.contents.repositories, "repository-append") has it for this architecture.",
      }
    `)
  })

  it('for a full disk says so', async () => {
    const { failure } = await failing(melangeYaml, await fixture('logs/disk-full.txt'))
    expect(failure.code).toBe('DISK_FULL')
    expect(failure.text).toMatch(/\nFree space, or name a larger disk as "output" and RUNNER_TEMP\.$/)
  })

  it('may print what a runner would take for a command, and does not speak for us', async () => {
    const printed = await fixture('logs/named.txt')
    const { log } = await failing(
      await fixture('files/named.yaml'),
      printed
        .replace('compiling one', '::add-mask::linux')
        .replace(
          'error: file.c:3: syntax error',
          '::error file=README.md::not ours\n::set-output name=digest::sha256:0',
        ),
    )
    const commands = log.split('\n').filter(line => /^\s*::/.test(line) && !/^::(end)?group::/.test(line))
    expect(commands).toHaveLength(1)
    expect(commands[0]).toMatch(/^::error file=melange\.yaml,/)
    expect(log).toContain('| ::add-mask::linux')
  })
})
