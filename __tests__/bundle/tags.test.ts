import { describe, expect, it } from 'vitest'
import { expectFailed, expectFailure, expectSuccess } from '../support/bundle/failures.ts'
import { startJobRegistry } from '../support/bundle/job-registry.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene } from '../support/bundle/scene.ts'
import { imageSays } from '../support/image-says.ts'

const files = { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml }

/** The event as the runner hands it over. */
const event = (more: object = {}): string =>
  JSON.stringify({
    repository: {
      full_name: 'octo/senhas',
      default_branch: 'main',
      description: 'Gera senhas',
      license: { key: 'mit', spdx_id: 'MIT' },
    },
    ...more,
  })

const onTag = (tag: string, name = 'push') => ({ GITHUB_REF: `refs/tags/${tag}`, GITHUB_EVENT_NAME: name })

const rules = `
# of a version
type=semver,pattern={{version}}
type=semver,pattern={{major}}.{{minor}}
type=semver,pattern={{major}}
# of every commit
type=ref,event=branch
type=apk,package=senhas,pattern={{version}}-r{{epoch}}
type=sha,prefix=,format=long
`

describe('tags by rules', () => {
  it('on a git tag name the image by its version, and the image says so', async () => {
    await using scene = await openScene({ files })
    await using registry = await startJobRegistry()
    const GITHUB_EVENT_PATH = await scene.write('../event.json', event())
    const inputs = {
      ...registry.inputs,
      tags: rules,
      labels: 'org.opencontainers.image.vendor=ACME\norg.opencontainers.image.url=',
      annotations: 'org.opencontainers.image.title=Gerador de senhas',
    }
    const result = await scene.step('.', inputs, { env: { ...onTag('v1.0.0'), GITHUB_EVENT_PATH } })
    expectSuccess(result)
    const sha = '5af4b1d0'.repeat(5)
    expect(registry.tags).toEqual(['1.0.0', '1.0.0-r0', '1.0', '1', sha, 'latest'])
    const named = registry.tags.map(tag => `${registry.inputs['image']}:${tag}`)
    expect(result.outputs['tags']?.split('\n').sort()).toEqual(named.sort())
    const { index, platforms } = await imageSays(result.outputs['record'] ?? '')
    const both = {
      'org.opencontainers.image.description': 'Gera senhas',
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.revision': sha,
      'org.opencontainers.image.source': 'https://github.com/octo/senhas',
      'org.opencontainers.image.version': '1.0.0',
    }
    const annotations = {
      ...both,
      'org.opencontainers.image.title': 'Gerador de senhas',
      'org.opencontainers.image.url': 'https://github.com/octo/senhas',
    }
    expect(index).toEqual(annotations)
    expect(platforms[0]?.annotations).toEqual(annotations)
    expect(platforms[0]?.labels).toEqual({
      ...both,
      'org.opencontainers.image.title': 'senhas',
      'org.opencontainers.image.vendor': 'ACME',
    })
  })

  it('on a branch leave out what is for versions', async () => {
    await using scene = await openScene({ files })
    await using registry = await startJobRegistry()
    expectSuccess(await scene.step('.', { ...registry.inputs, tags: rules }))
    expect(registry.tags).toEqual(['1.0.0-r0', 'main', '5af4b1d0'.repeat(5)])
  })

  it('left out are those of docker/metadata-action', async () => {
    await using scene = await openScene({ files })
    await using registry = await startJobRegistry()
    const inputs = { ...registry.inputs, tags: '' }
    expectSuccess(await scene.step('.', inputs, { env: { GITHUB_EVENT_NAME: 'schedule' } }))
    expect(registry.tags).toEqual(['nightly', 'main'])
    expectSuccess(await scene.step('.', inputs, { env: onTag('v1.0.0') }))
    expect(registry.tags).toEqual(['nightly', 'main', 'v1.0.0', 'latest'])
  })

  it('that make none are no matter where nothing is pushed', async () => {
    await using scene = await openScene({ files })
    const result = await scene.step('.', { tags: 'type=semver,pattern={{version}}', push: 'false' })
    expectSuccess(result)
    expect(result.annotations.map(({ message }) => message)).toContain(
      'input "tags" makes no tag in this run; line 1: the ref is refs/heads/main, no git tag; it is called latest here',
    )
  })

  it('are taken by sign as well', async () => {
    await using scene = await openScene({ files })
    await using registry = await startJobRegistry()
    const result = await scene.step('sign', {
      image: `${registry.inputs['image']}@sha256:${'0'.repeat(64)}`,
      tags: 'type=apk\ntype=ref',
      sign: 'true',
    })
    expect((await expectFailed(scene, result)).map(({ text }) => text)).toEqual([
      'input "tags", line 1 ("type=apk"): type=apk needs a package, and this run builds none\nCorrect line 1 of "tags".',
      'input "tags", line 2 ("type=ref"): type=ref needs "event"\nWrite type=ref,event=branch.',
    ])
  })
})

describe('wrong rules', () => {
  it('are all told before anything is asked for', async () => {
    await using scene = await openScene({ files })
    const result = await scene.step('.', {
      image: 'ghcr.io/octo/senhas',
      tags: [
        '# what is wrong with these?',
        'type=smever,pattern={{version}}',
        'type=semver,pattern={{verison}}',
        'type=ref,event=branch,sufix=-x',
        "type=raw,value={{date 'YYYYMMDD' tz='America/São_Paulo'}}",
        'type=match,pattern=v(.*',
        'type=apk,package=senha',
        'type=raw,value=ok',
      ].join('\n'),
      flavor: 'latest=no',
      labels: 'vendor',
      annotations: "built={{date 'YYYY'}}",
    })
    const found = await expectFailed(scene, result)
    expect(scene.server.requests).toEqual([])
    expect(found.map(({ code, text }) => `${code} ${text}`).join('\n')).toMatchInlineSnapshot(`
      "INPUT_INVALID input "flavor", line 1 ("latest=no"): latest is "no"; accepted: auto, true, false
      Correct line 1 of "flavor".
      INPUT_INVALID input "tags", line 2 ("type=smever,pattern={{version}}"): type is "smever"; accepted: schedule, semver, pep440, apk, match, edge, ref, raw, sha
      Write type=semver.
      INPUT_INVALID input "tags", line 3 ("type=semver,pattern={{verison}}"): there is no {{verison}} here; accepted: raw, version, major, minor, patch
      Write {{version}}.
      INPUT_INVALID input "tags", line 4 ("type=ref,event=branch,sufix=-x"): type=ref has no attribute "sufix"; accepted: type, event, enable, priority, prefix, suffix
      Write suffix=.
      INPUT_INVALID input "tags", line 5 ("type=raw,value={{date 'YYYYMMDD' tz='America/São_Paulo'}}"): tz is "America/São_Paulo"; accepted: a time zone such as UTC or America/Sao_Paulo
      Write tz='America/Sao_Paulo'.
      INPUT_INVALID input "tags", line 6 ("type=match,pattern=v(.*"): pattern is "v(.*", which is not a regular expression: Invalid regular expression: /v(.*/: Unterminated group
      Correct line 6 of "tags".
      INPUT_INVALID input "tags", line 7 ("type=apk,package=senha"): package is "senha"; accepted: senhas
      Write package=senhas.
      INPUT_INVALID input "labels", line 1 ("vendor"): it has no key; accepted: key=value
      Write for example org.opencontainers.image.vendor=ACME.
      INPUT_INVALID input "annotations", line 1 ("built={{date 'YYYY'}}"): the clock would make another digest in each run
      Take the commit's time: {{commit_date 'YYYY-MM-DDTHH:mm:ss[Z]'}}."
    `)
  })

  it('that make no tag say why', async () => {
    await using scene = await openScene({ files })
    const result = await scene.step('.', {
      tags: 'type=semver,pattern={{version}}',
      image: 'ghcr.io/octo/senhas',
      token: 't',
      username: 'o',
    })
    const { code, text } = await expectFailure(scene, result)
    expect(`${code} ${text}`).toMatchInlineSnapshot(`
      "INPUT_INVALID input "tags" makes no tag in this run; line 1: the ref is refs/heads/main, no git tag
      Add a rule for this event, for example type=ref,event=branch or type=sha."
    `)
  })
})

describe('a release', () => {
  it.each([
    ['v1.1.0', 'push', 'git tag', {}],
    ['v2.0.0', 'release', 'release', { release: { tag_name: 'v2.0.0', draft: false, prerelease: false } }],
  ])('%s of a package 1.0.0 fails before anything is built', async (tag, name, what, payload) => {
    await using scene = await openScene({ files })
    const GITHUB_EVENT_PATH = await scene.write('../event.json', event(payload))
    const result = await scene.step(
      '.',
      { image: 'ghcr.io/octo/senhas', username: 'octo', token: 't' },
      { env: { ...onTag(tag, name), GITHUB_EVENT_PATH } },
    )
    const failure = await expectFailure(scene, result)
    const lines = [
      'ghcr.io/octo/senhas: the versions disagree',
      `  ${what}: ${tag}`,
      '  package senhas: 1.0.0-r0 (melange.yaml:3)',
      `  label org.opencontainers.image.version: ${tag}`,
      'Set "version" in melange.yaml to that of the tag, and tag the commit that has it; "version-check: false" builds all the same.',
    ]
    expect(failure).toEqual({ code: 'VERSION_MISMATCH', at: 'melange.yaml:3:12', text: lines.join('\n') })
    expect([scene.server.requests, await scene.calls()]).toEqual([[], []])
  })

  it('of another version fails the action package as well, unless told not to look', async () => {
    await using scene = await openScene({ files })
    const failure = await expectFailure(scene, await scene.step('package', {}, { env: onTag('v1.1.0') }))
    expect(failure).toMatchObject({ code: 'VERSION_MISMATCH', at: 'melange.yaml:3:12' })
    expectSuccess(await scene.step('package', { 'version-check': 'false' }, { env: onTag('v1.1.0') }))
  })

  it.each(['{"repository": {', '[]', 'null'])('whose event is %s is read without it', async text => {
    await using scene = await openScene({ files })
    const GITHUB_EVENT_PATH = await scene.write('../event.json', text)
    const result = await scene.step('package', {}, { env: { ...onTag('v1.0.0'), GITHUB_EVENT_PATH } })
    expectSuccess(result)
    expect(result.annotations).toContainEqual(
      expect.objectContaining({
        command: 'warning',
        message: expect.stringContaining('the event of this run cannot be read'),
      }),
    )
  })
})
