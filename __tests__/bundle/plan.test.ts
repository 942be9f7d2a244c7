import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { architectureOfNode } from '../../src/domain/architecture.ts'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { indexOf } from '../support/apk-parts.ts'
import { expectFailed, expectSuccess } from '../support/bundle/failures.ts'
import { anyMachine, shownLog } from '../support/bundle/plain-text.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'
import { recipeText } from '../support/recipe-files.ts'

const host = architectureOfNode(process.arch) ?? { apk: '', name: '' }
const both = { 'melange-config': 'pkgs/*.yaml', platforms: 'linux/amd64, linux/arm64' }
const files = {
  'pkgs/app.yaml': recipeText('app', { needs: ['liba', 'busybox'] }),
  'pkgs/liba.yaml': recipeText('liba'),
  'pkgs/tool.yaml': recipeText('tool', { archs: ['x86_64'] }),
  'apko.yaml': 'contents: {packages: [app]}\n',
}

/** A repository in the workspace that has busybox for amd64. */
async function layOutRepository({ job }: Scene): Promise<void> {
  await mkdir(join(job.workspace, 'repo', 'x86_64'), { recursive: true })
  await writeFile(
    join(job.workspace, 'repo', 'x86_64', 'APKINDEX.tar.gz'),
    indexOf(['P:busybox\nV:1.0-r0\n']),
  )
}

interface PlannedLeg {
  readonly name: string
  readonly 'melange-config': string
}

/** `amd64-1: a b` */
const dealt = (outputs: Readonly<Record<string, string>>): readonly string[] =>
  (JSON.parse(outputs['matrix'] ?? '') as { include: PlannedLeg[] }).include.map(
    leg => `${leg.name}: ${leg['melange-config'].replaceAll(/pkgs\/|\.yaml/g, '').replaceAll('\n', ' ')}`,
  )

it('hands over matrix, legs, graph and images, and fetches nothing for it', async () => {
  await using scene = await openScene({ files })
  const result = await scene.step('plan', { ...both, image: 'ghcr.io/octo/{name}' })
  expectSuccess(result)
  expect(result.outputs).toMatchInlineSnapshot(`
    {
      "graph": "{"nodes":[{"file":"pkgs/liba.yaml","package":"liba","level":0,"needs":[],"runtime":[],"tests":[]},{"file":"pkgs/tool.yaml","package":"tool","level":0,"needs":[],"runtime":[],"tests":[]},{"file":"pkgs/app.yaml","package":"app","level":1,"needs":["pkgs/liba.yaml"],"runtime":[],"tests":[]}]}",
      "images": "[{"name":"ghcr.io/octo/apko","config":"apko.yaml","platforms":["linux/amd64","linux/arm64"]}]",
      "legs": "3",
      "matrix": "{"include":[{"name":"amd64-1","platform":"linux/amd64","arch":"amd64","runner":"ubuntu-24.04","melange-config":"pkgs/liba.yaml\\npkgs/app.yaml","emulator":false},{"name":"amd64-2","platform":"linux/amd64","arch":"amd64","runner":"ubuntu-24.04","melange-config":"pkgs/tool.yaml","emulator":false},{"name":"arm64-1","platform":"linux/arm64","arch":"arm64","runner":"ubuntu-24.04-arm","melange-config":"pkgs/liba.yaml\\npkgs/app.yaml","emulator":false}]}",
    }
  `)
  expect(result.summary).toMatchInlineSnapshot(`
    "### Plan

    | Leg | Platform | Runner | Files |
    | --- | --- | --- | --- |
    | amd64-1 | \`linux/amd64\` | ubuntu-24.04 | 2 |
    | amd64-2 | \`linux/amd64\` | ubuntu-24.04 | 1 |
    | arm64-1 | \`linux/arm64\` | ubuntu-24.04-arm | 2 |

    | Image | From | Platforms |
    | --- | --- | --- |
    | ghcr.io/octo/apko | \`apko.yaml\` | linux/amd64, linux/arm64 |

    \`\`\`mermaid
    flowchart LR
      n0["liba"]
      n1["tool"]
      n2["app"]
      n0 --> n2
    \`\`\`
    "
  `)
  expect(shownLog(result.log)).toMatchInlineSnapshot(`
    "giropops-build 1.0.0
    legs: 3 (linux/amd64: 2, linux/arm64: 1)"
  `)
  expect(scene.server.requests).toEqual([])
  expect(await scene.calls()).toEqual([])
})

describe('legs', () => {
  it('are none where nothing is built', async () => {
    await using scene = await openScene({ files: { 'apko.yaml': files['apko.yaml'] } })
    const result = await scene.step('plan', { platforms: 'arm64' })
    expectSuccess(result)
    expect([result.outputs['legs'], result.outputs['matrix']]).toEqual(['0', '{"include":[]}'])
    expect(result.summary).toContain('No packages are built.')
  })

  it('follow what melange alone can tell, which is fetched then', async () => {
    await using scene = await openScene({
      files: { ...files, 'pkgs/tool.yaml': recipeText('tool', { more: 'pipeline: [{uses: needs/liba}]' }) },
    })
    const result = await scene.step('plan', both)
    expectSuccess(result)
    expect(dealt(result.outputs)).toEqual(['amd64-1: liba app tool', 'arm64-1: liba app tool'])
    expect(scene.server.requests.length).toBeGreaterThan(0)
    expect((await scene.calls()).every(({ tool, args }) => tool === 'melange' && args[0] === 'compile')).toBe(
      true,
    )
  })

  it('are balanced by the times of an earlier run', async () => {
    const time = (name: string, seconds: number) => ({ file: `pkgs/${name}.yaml`, arch: 'x86_64', seconds })
    const record = (...times: readonly object[]): string => JSON.stringify({ packages: { times } })
    await using scene = await openScene({
      files: {
        ...Object.fromEntries(['a', 'b', 'c', 'd'].map(name => [`pkgs/${name}.yaml`, recipeText(name)])),
        'giropops.json': record(time('a', 90), time('b', 30), time('c', 30), time('d', 30)),
        'records/one/giropops.json': record(time('a', 30), time('b', 30)),
        'records/two/giropops.json': record(time('c', 90), time('d', 30)),
        'damaged/giropops.json': '{"packages": ',
      },
    })
    const planned = async (more: Readonly<Record<string, string>>) => {
      const result = await scene.step('plan', {
        'melange-config': 'pkgs/*.yaml',
        platforms: 'amd64',
        ...more,
      })
      expectSuccess(result)
      return [...dealt(result.outputs), ...result.annotations.map(({ message }) => message)]
    }
    expect(await planned({ record: 'giropops.json' })).toEqual(['amd64-1: a', 'amd64-2: b c d'])
    expect(await planned({ record: 'records' })).toEqual(['amd64-1: c', 'amd64-2: a b d'])
    expect(await planned({ record: 'damaged', legs: '1' })).toEqual([
      'amd64-1: a b c d',
      'input "record": "damaged" cannot be read as a build record; legs are planned without its times',
    ])
    expect(await planned({ record: 'nowhere.json', legs: '1' })).toEqual([
      'amd64-1: a b c d',
      'input "record": "nowhere.json" cannot be read as a build record; legs are planned without its times',
    ])
  })

  it('are balanced by what a package step measured', async () => {
    const names = ['app', 'liba']
    const recipes = names.map(name => [`pkgs/${name}.yaml`, recipeText(name)] as const)
    await using scene = await openScene({ files: Object.fromEntries(recipes) })
    const built = await scene.step('package', { 'melange-config': 'pkgs/*.yaml', platforms: host.name })
    expectSuccess(built)
    const { packages } = JSON.parse(await readFile(built.outputs['record'] ?? '', 'utf8')) as BuildRecord
    const times = packages?.times?.toSorted((a, b) => (a.file < b.file ? -1 : 1))
    expect(times).toEqual(
      names.map(name => ({
        file: `pkgs/${name}.yaml`,
        arch: host.apk,
        seconds: expect.any(Number) as number,
      })),
    )
    const planned = await scene.step('plan', { ...both, record: built.outputs['record'] ?? '' })
    expectSuccess(planned)
    expect(planned.annotations).toEqual([])
  })

  it('go to the runners that were named', async () => {
    await using scene = await openScene({ files })
    const runners = 'linux/=self-hosted, linux\nlinux/arm64=ubuntu-24.04'
    const result = await scene.step('plan', { ...both, runners, legs: '2' })
    expectSuccess(result)
    const { include } = JSON.parse(result.outputs['matrix'] ?? '') as { include: object[] }
    expect(include).toMatchObject([
      { name: 'amd64-1', runner: ['self-hosted', 'linux'], emulator: false },
      { name: 'arm64-1', runner: 'ubuntu-24.04', emulator: true },
    ])
  })
})

describe('what is wrong is told at once', () => {
  it('with the inputs', async () => {
    await using scene = await openScene({ files })
    const result = await scene.step('plan', {
      ...both,
      legs: '0',
      runners: 'linux/arm64\nlinux/arm64=a\narm64=b',
      platforms: 'plan9',
    })
    const found = await expectFailed(scene, result)
    expect(found.map(({ code, text }) => `${code} ${text}`).join('\n')).toMatchInlineSnapshot(`
      "INPUT_INVALID input "platforms" is "plan9"; accepted: linux/amd64, linux/arm64, linux/386, linux/arm/v7, linux/arm/v6, linux/ppc64le, linux/s390x, linux/riscv64, linux/loong64, or apk's names such as x86_64
      Correct "platforms".
      INPUT_INVALID input "legs" is "0"; accepted: a whole number from 1 to 9999
      Correct "legs".
      INPUT_INVALID input "runners", line 1: "linux/arm64" is not platform=runner
      Write a platform and a runner, such as linux/arm64=ubuntu-24.04-arm.
      INPUT_INVALID input "runners", line 3: "arm64=b" names a platform that another line has
      Write a platform and a runner, such as linux/arm64=ubuntu-24.04-arm."
    `)
  })

  it('with files, names and paths, each on its line', async () => {
    await using scene = await openScene({
      files: {
        'pkgs/app.yaml': recipeText('app', { needs: ['libb'] }),
        'pkgs/libb.yaml': recipeText('libb', { needs: ['app'] }),
        'pkgs/tool.yaml': recipeText('tool', { needs: ['busybox', 'busibox'] }),
        'pkgs/other.yaml': recipeText('other', { archs: ['aarch64'] }),
      },
    })
    await layOutRepository(scene)
    const result = await scene.step('plan', {
      'melange-config': 'pkgs/*.yaml',
      platforms: 'linux/amd64',
      'repository-append': 'repo',
      'vars-file': 'vars.yaml',
      'melange-version': 'newest',
    })
    const found = await expectFailed(scene, result)
    const lines = found.map(({ code, text, at }) => `${code} ${at || '-'} ${anyMachine(text)}`)
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "CONFIG_MISSING - input "vars-file": there is no file "vars.yaml"
      Paths are relative to the workspace.
      CONFIG_INVALID pkgs/libb.yaml:10:9 pkgs/libb.yaml:10:9: packages need each other to be built: app needs libb needs app
      Take "app" out here, or move what both sides need into a package of its own.
      CONFIG_INVALID pkgs/other.yaml:5:3 pkgs/other.yaml:5:3: package.target-architecture is aarch64, but <apk-arch> is wanted
      Add the architecture to the file, or leave it out of the input "platforms".
      INPUT_INVALID - melange-version is "newest"; accepted: an exact version such as 0.56.5, latest, or a path with a slash
      Leave melange-version out to get 0.56.5.
      PACKAGE_UNRESOLVED pkgs/tool.yaml:11:9 pkgs/tool.yaml:11:9: "busibox" is a package that neither these files nor the repositories have
      Did you mean "busybox"?"
    `)
    expect(scene.server.requests).toEqual([])
  })

  it('fewer legs than platforms', async () => {
    await using scene = await openScene({ files })
    const found = await expectFailed(scene, await scene.step('plan', { ...both, legs: '1' }))
    expect(found).toMatchInlineSnapshot(`
      [
        {
          "at": "",
          "code": "INPUT_INVALID",
          "text": "input "legs" is 1, but packages are built for 2 platforms, and a leg builds for one
      Give at least 2, or fewer "platforms".",
        },
      ]
    `)
  })
})
