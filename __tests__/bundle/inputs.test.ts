import { describe, expect, it } from 'vitest'
import { expectFailed, expectSuccess } from '../support/bundle/failures.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'

const files = { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml }

/** What a step with wrong inputs tells; no tool was asked for by then. */
async function refused(
  scene: Scene,
  inputs: Readonly<Record<string, string>>,
  action = '.',
): Promise<readonly string[]> {
  const found = await expectFailed(scene, await scene.step(action, inputs))
  expect(scene.server.requests).toEqual([])
  expect(await scene.calls()).toEqual([])
  return found.map(({ code, text }) => `${code} ${text}`)
}

describe('wrong inputs', () => {
  it('of every type are all named at once', async () => {
    await using scene = await openScene({ files })
    const found = await refused(scene, {
      platforms: 'linux/amd64, linux/amd65, plan9',
      load: 'maybe',
      'vcs-url': '1',
      push: 'sometimes',
      runner: 'podman',
      deadline: '10',
      'apko-sha256': 'abc',
      'tools-mirror': 'ftp://mirror.example',
      'source-date-epoch': 'yesterday',
    })
    expect(found.join('\n')).toMatchInlineSnapshot(`
      "INPUT_INVALID input "runner" is "podman"; accepted: auto, bubblewrap, docker, qemu
      Correct "runner".
      INPUT_INVALID input "push" is "sometimes"; accepted: auto, true, false
      Correct "push".
      INPUT_INVALID input "load" is "maybe"; accepted: true or false
      Correct "load".
      INPUT_INVALID input "vcs-url" is "1"; accepted: true or false
      Correct "vcs-url".
      INPUT_INVALID input "platforms" is "linux/amd65"; accepted: linux/amd64, linux/arm64, linux/386, linux/arm/v7, linux/arm/v6, linux/ppc64le, linux/s390x, linux/riscv64, linux/loong64, or apk's names such as x86_64
      Correct "platforms".
      INPUT_INVALID input "source-date-epoch" is "yesterday"; accepted: whole seconds since 1970, such as 1735689600
      Correct "source-date-epoch".
      INPUT_INVALID input "apko-sha256" is "abc"; accepted: the 64 hex digits of a sha256
      Correct "apko-sha256".
      INPUT_INVALID input "tools-mirror" is "ftp://mirror.example"; accepted: an http or https URL without a user name
      Correct "tools-mirror".
      INPUT_INVALID input "deadline" is "10"; accepted: a time of at most 6h with its unit, such as 90s, 10m or 1h
      Correct "deadline"."
    `)
  })

  it('that contradict each other or name nothing are all named at once', async () => {
    await using scene = await openScene({ files })
    const found = await refused(scene, {
      'melange-args': '--debug\n--arch=x86_64\n--generate-index\n--cpu=2\nother.yaml\n-i',
      'apko-args': '--sbom-path=elsewhere',
      username: 'octo',
      registry: 'quay.io',
      image: 'ghcr.io/octo/senhas',
      tags: 'one two,ok',
      'source-dir': 'nowhere',
      'env-file': 'no.env',
      'vars-file': 'no.yaml',
      'keyring-append': 'no.rsa.pub',
      'pipeline-dir': 'apko.yaml',
      'repository-append': 'packages\n@own no-repository\nhttps://example.com/os',
    })
    expect(found.join('\n')).toMatchInlineSnapshot(`
      "INPUT_INVALID input "melange-args" holds --arch, which is set by the action itself
      Remove --arch and use the input "platforms".
      INPUT_INVALID input "melange-args" holds --generate-index, which is set by the action itself
      Remove --generate-index.
      INPUT_INVALID input "melange-args" holds "other.yaml", which is neither a flag nor the value of one
      Write an argument a line: --flag=value, or the value on the line after its flag.
      INPUT_INVALID input "melange-args" holds -i, which has no use here
      Remove -i.
      INPUT_INVALID input "apko-args" holds --sbom-path, which is set by the action itself
      Remove --sbom-path.
      INPUT_INVALID input "username" is given without "token"
      Give both, or log in with docker/login-action.
      CONFIG_MISSING input "source-dir": there is no folder "nowhere"
      Paths are relative to the workspace.
      CONFIG_MISSING input "pipeline-dir": there is no folder "apko.yaml"
      Paths are relative to the workspace.
      CONFIG_MISSING input "env-file": there is no file "no.env"
      Paths are relative to the workspace.
      CONFIG_MISSING input "vars-file": there is no file "no.yaml"
      Paths are relative to the workspace.
      CONFIG_MISSING input "keyring-append": there is no file "no.rsa.pub"
      Paths are relative to the workspace.
      CONFIG_MISSING input "repository-append": there is no folder "no-repository"
      Paths are relative to the workspace.
      INPUT_INVALID input "registry" is "quay.io", but the image is ghcr.io/octo/senhas
      Leave "registry" out, or name an image of that registry.
      INPUT_INVALID input "tags", line 1 ("one two,ok"): "one two" is not a tag: " " may not be in a tag
      A tag has letters, digits, "_", "." and "-", does not start with "." or "-", and has at most 128 characters. A rule has type=: type=raw,value=…."
    `)
  })

  it('may not make the workspace the output', async () => {
    await using scene = await openScene({ files })
    expect(await refused(scene, { output: '..', push: 'false' })).toMatchInlineSnapshot(`
      [
        "INPUT_INVALID input "output" is "..", which holds the workspace itself
      Name a folder inside of the workspace or elsewhere.",
      ]
    `)
  })

  it('and a folder that is not there are named together by image', async () => {
    await using scene = await openScene({ files: { 'apko.yaml': apkoYaml } })
    const result = await scene.step('image', { packages: 'no-packages', image: 'ghcr.io/Octo/Senhas:1.0' })
    expect((await expectFailed(scene, result)).map(({ text }) => text)).toMatchInlineSnapshot(`
      [
        "input "packages": there is no folder "no-packages"
      Paths are relative to the workspace.",
        "input "image": "ghcr.io/Octo/Senhas:1.0" is not an image name: "Octo/Senhas" has upper case letters, registries take lower case only
      Write ghcr.io/octo/senhas:1.0.",
      ]
    `)
  })

  it('for versions of tools are told before anything is downloaded', async () => {
    await using scene = await openScene({ files })
    const inputs = { 'melange-version': '0.56', 'apko-version': '^1.2.0', push: 'false' }
    expect(await refused(scene, inputs)).toMatchInlineSnapshot(`
      [
        "INPUT_INVALID melange-version is "0.56"; accepted: an exact version such as 0.56.5, latest, or a path with a slash
      Leave melange-version out to get 0.56.5.",
        "INPUT_INVALID apko-version is "^1.2.0"; accepted: an exact version such as 1.2.39, latest, or a path with a slash
      Leave apko-version out to get 1.2.39.",
      ]
    `)
  })
})

describe('names of other actions', () => {
  it('are taken with a notice, and those without effect warned of', async () => {
    await using scene = await openScene({ files: { 'image.yaml': 'contents: {packages: [busybox]}\n' } })
    const result = await scene.step('image', {
      config: 'image.yaml',
      archs: 'arm64',
      tag: 'a',
      'additional-tags': 'b',
      'base-tag': 'ghcr.io/octo/other',
      'build-options': 'x',
      'automount-src': '/x',
      push: 'false',
    })
    expectSuccess(result)
    expect(Object.keys(result.outputs)).toContain('digest-arm64')
    const [call] = await scene.calls()
    expect(call?.args.slice(0, 3)).toEqual(['build', 'image.yaml', 'ghcr.io/octo/other:a'])
    expect(result.annotations.map(({ command, message }) => `${command}: ${message}`)).toMatchInlineSnapshot(`
      [
        "notice: input "config" is now called "apko-config"",
        "notice: input "archs" is now called "platforms"",
        "notice: input "tag" is now called "tags"",
        "notice: input "additional-tags" is now called "tags"",
        "notice: input "base-tag" is now called "image"",
        "warning: input "automount-src" has no effect here; remove it",
        "warning: input "build-options" has no effect here; remove it",
      ]
    `)
  })

  it('mean what they mean for the action at hand', async () => {
    await using scene = await openScene({ files: { 'recipe.yaml': melangeYaml } })
    const result = await scene.step('package', { config: 'recipes/*.yaml', 'signing-key-path': 'no.rsa' })
    expect(await expectFailed(scene, result)).toMatchInlineSnapshot(`
      [
        {
          "at": "",
          "code": "CONFIG_MISSING",
          "text": "input "melange-config": no file matches "recipes/*.yaml"
      Paths and globs are relative to the workspace, <workspace>; check the path, and that the repository was checked out before this step.",
        },
        {
          "at": "",
          "code": "KEY_INVALID",
          "text": "input "signing-key" is neither a PEM text nor the path of a file that can be read
      Give the text that melange keygen writes (it begins with -----BEGIN RSA PRIVATE KEY-----), whole, as a secret.",
        },
      ]
    `)
  })
})
