import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectFailed, type SeenFailure } from '../support/bundle/failures.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'

/** What the whole pipeline tells of these files; nothing was downloaded by then. */
async function told(
  files: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>> = {},
): Promise<readonly SeenFailure[]> {
  await using scene = await openScene({ files })
  const found = await expectFailed(scene, await scene.step('.', inputs))
  expect(scene.server.requests).toEqual([])
  return found
}

describe('files', () => {
  it('that are not there are all named', async () => {
    const inputs = {
      'melange-config': 'melange.yaml\nrecipes/*.yaml',
      'apko-config': 'apko.yaml\nenvironments/prd.yaml',
    }
    expect(await told({ 'melange.yaml': melangeYaml }, inputs)).toMatchInlineSnapshot(`
      [
        {
          "at": "",
          "code": "CONFIG_MISSING",
          "text": "input "melange-config": no file matches "recipes/*.yaml"
      Paths and globs are relative to the workspace, <workspace>; check the path, and that the repository was checked out before this step.",
        },
        {
          "at": "",
          "code": "CONFIG_MISSING",
          "text": "input "apko-config": no file matches "apko.yaml"
      Paths and globs are relative to the workspace, <workspace>; check the path, and that the repository was checked out before this step.",
        },
        {
          "at": "",
          "code": "CONFIG_MISSING",
          "text": "input "apko-config": no file matches "environments/prd.yaml"
      Paths and globs are relative to the workspace, <workspace>; check the path, and that the repository was checked out before this step.",
        },
      ]
    `)
  })

  it('there may be none at all', async () => {
    expect(await told({ README: '' })).toMatchInlineSnapshot(`
      [
        {
          "at": "",
          "code": "CONFIG_MISSING",
          "text": "there is neither a melange.yaml nor an apko.yaml, and no input names other files
      Check out the repository before this step (actions/checkout), or name the files with "melange-config" and "apko-config".",
        },
      ]
    `)
  })

  it('that are broken YAML are told with line and column, each at its own', async () => {
    const files = {
      'melange.yaml': melangeYaml.replace('version: 1.0.0', 'version: [1.0.0'),
      'apko.yaml': 'contents:\n  packages:\n    - busybox\n   - python3\n',
    }
    expect(await told(files)).toMatchInlineSnapshot(`
      [
        {
          "at": "melange.yaml:4:3",
          "code": "CONFIG_INVALID",
          "text": "melange.yaml:4:3: not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
        },
        {
          "at": "apko.yaml:4:1",
          "code": "CONFIG_INVALID",
          "text": "apko.yaml:4:1: not valid YAML: A block sequence may not be used as an implicit map key",
        },
      ]
    `)
  })

  it('that are YAML and still no use are told at their place', async () => {
    const files = {
      'melange.yaml': `${melangeYaml}vars:\n  base: *nobody\n`,
      'apko.yaml': `${apkoYaml}---\n${apkoYaml}`,
    }
    expect(await told(files)).toMatchInlineSnapshot(`
      [
        {
          "at": "melange.yaml:17:9",
          "code": "CONFIG_INVALID",
          "text": "melange.yaml:17:9: *nobody stands for nothing: no &nobody is before it",
        },
        {
          "at": "apko.yaml:9:1",
          "code": "CONFIG_INVALID",
          "text": "apko.yaml:9:1: more than one document; accepted: one",
        },
      ]
    `)
  })

  it('by the usual names that are folders, or links to nothing, are told rather than passed over', async () => {
    expect(await told({ 'melange.yaml/README': '', 'apko.yaml': apkoYaml })).toMatchInlineSnapshot(`
      [
        {
          "at": "",
          "code": "CONFIG_MISSING",
          "text": "cannot read melange.yaml: it is a folder",
        },
      ]
    `)
    await using scene = await openScene({ files: { 'melange.yaml': melangeYaml } })
    await symlink('base/apko.yaml', join(scene.job.workspace, 'apko.yaml'))
    expect(await expectFailed(scene, await scene.step('.'))).toMatchInlineSnapshot(`
      [
        {
          "at": "",
          "code": "CONFIG_MISSING",
          "text": "cannot read apko.yaml: it is a link to base/apko.yaml, which cannot be followed",
        },
      ]
    `)
  })

  it('of values are read before anything is built', async () => {
    const files = {
      'melange.yaml': melangeYaml,
      'apko.yaml': apkoYaml,
      'build.env': 'A=1\nhunter2\n',
      'vars.yaml': 'a: [1]\n',
    }
    const inputs = { 'env-file': 'build.env', 'vars-file': 'vars.yaml' }
    expect(await told(files, inputs)).toMatchInlineSnapshot(`
      [
        {
          "at": "build.env:2",
          "code": "CONFIG_INVALID",
          "text": "build.env:2: not NAME=value",
        },
        {
          "at": "vars.yaml:1:1",
          "code": "CONFIG_INVALID",
          "text": "vars.yaml:1: the variable "a" is not a text",
        },
      ]
    `)
  })

  it('that say something impossible are told at the line that says it', async () => {
    const files = {
      'melange.yaml': melangeYaml.replace('1.0.0', '1.0.0-beta').replace('epoch: 0', 'epoch: first'),
      'apko.yaml': `${apkoYaml}archs:\n  - x86_65\ninclude: base.yaml\n`,
    }
    expect(await told(files)).toMatchInlineSnapshot(`
      [
        {
          "at": "melange.yaml:3:12",
          "code": "CONFIG_INVALID",
          "text": "melange.yaml:3:12: package.version is "1.0.0-beta", which apk cannot compare; accepted: numbers with dots, one letter at most, then _alpha, _beta, _pre or _rc, then _p, _git, _hg, _svn or _cvs
      Write "version: 1.0.0_beta".",
        },
        {
          "at": "melange.yaml:4:10",
          "code": "CONFIG_INVALID",
          "text": "melange.yaml:4:10: package.epoch is "first"; a whole number from 0 on is accepted",
        },
        {
          "at": "apko.yaml:11:10",
          "code": "CONFIG_MISSING",
          "text": "apko.yaml:11: cannot read base.yaml: there is no such file
      The path of "include" is relative to the workspace, not to the file that includes.",
        },
      ]
    `)
  })
})

describe('names of images', () => {
  const one = { 'apko.yaml': apkoYaml }
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string]>([
    [
      'one for two files',
      { 'dev.yaml': apkoYaml, 'prd.yaml': apkoYaml },
      { 'apko-config': '*.yaml', image: 'ghcr.io/octo/senhas' },
      `2 images have the one name "ghcr.io/octo/senhas": dev.yaml, prd.yaml
Put {name} into "image", for example ghcr.io/owner/{name}; it stands for the apko file name.`,
    ],
    [
      'one for files of one name',
      { 'a/app.yaml': apkoYaml, 'b/app.yaml': apkoYaml },
      { 'apko-config': '*/app.yaml', image: 'ghcr.io/octo/{name}' },
      `2 images have the one name "ghcr.io/octo/app": a/app.yaml, b/app.yaml
Give the apko files different names; {name} in "image" stands for the file name without its ending.`,
    ],
    [
      'in upper case',
      one,
      { image: 'ghcr.io/Octo/Senhas' },
      `input "image": "ghcr.io/Octo/Senhas" is not an image name: "Octo/Senhas" has upper case letters, registries take lower case only
Write ghcr.io/octo/senhas.`,
    ],
    [
      'of a bad registry',
      one,
      { image: 'ghcr_.io:99999/octo/senhas' },
      `input "image": "ghcr_.io:99999/octo/senhas" is not an image name: "ghcr_.io:99999" is not a registry; accepted: a host name with or without a port
An image name looks like ghcr.io/owner/name.`,
    ],
    [
      'with a tag',
      one,
      { image: 'ghcr.io/octo/senhas:1.0.0' },
      `input "image": "ghcr.io/octo/senhas:1.0.0" is not an image name: a repository is wanted here, without a tag
Write ghcr.io/octo/senhas.`,
    ],
    [
      'without a path',
      one,
      { image: 'ghcr.io/' },
      `input "image": "ghcr.io/" is not an image name: it has no repository name
An image name looks like ghcr.io/owner/name.`,
    ],
  ])('%s', async (_, files, inputs, text) => {
    expect(await told(files, inputs)).toEqual([{ code: 'INPUT_INVALID', at: '', text }])
  })
})
