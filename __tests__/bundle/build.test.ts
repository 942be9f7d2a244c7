import { readFile } from 'node:fs/promises'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BuildRecord } from '../../src/domain/build-record.ts'
import { jobToken, startJobRegistry, type JobRegistry } from '../support/bundle/job-registry.ts'
import { anyMachine, plainText, shownLog } from '../support/bundle/plain-text.ts'
import { apkoYaml, melangeYaml } from '../support/bundle/sample-files.ts'
import { openScene, type Scene } from '../support/bundle/scene.ts'
import type { StepResult } from '../support/runner/job.ts'

let scene: Scene
let registry: JobRegistry
let result: StepResult
let record: BuildRecord

beforeAll(async () => {
  scene = await openScene({ files: { 'melange.yaml': melangeYaml, 'apko.yaml': apkoYaml } })
  registry = await startJobRegistry()
  result = await scene.step('.', registry.inputs)
  if (result.code !== 0) throw new Error(result.raw)
  record = JSON.parse(await readFile(result.outputs['record'] ?? '', 'utf8')) as BuildRecord
})
afterAll(async () => {
  await registry.close()
  await scene[Symbol.asyncDispose]()
})

const plain = (text: string): string =>
  anyMachine(plainText(text, { mirror: scene.server.url, registry: registry.host, temp: scene.job.temp }))

describe('the whole pipeline', () => {
  it('has a log that can be read', () => {
    const lines = plain(shownLog(result.log)).split('\n')
    // Which download is done first is chance.
    const downloads = lines.filter(line => line.endsWith('downloaded from <mirror>'))
    expect(downloads).toHaveLength(2)
    expect(lines.filter(line => !downloads.includes(line)).join('\n')).toMatchInlineSnapshot(`
      "giropops-build 1.0.0
      ::group::tools
      melange 0.56.5: the given melange-sha256 stands in for the catalogue's
      apko 1.2.39: the given apko-sha256 stands in for the catalogue's
      ::endgroup::
      sandbox: bubblewrap (bubblewrap 0.11.0 works here)
      ::group::melange senhas 1.0.0-r0 <apk-arch>
      melange v0.56.5 with runner bubblewrap is building:
      running step "prepare"
      running step "compile"
      ::endgroup::
      ::group::apko lock apko
      ::endgroup::
      ::group::apko apko
      2026/01/02 03:04:05 INFO layer digest: sha256:<sha256> arch=<apk-arch>
      ::endgroup::
      apko linux/<arch>: 2 packages in the SBOM, 1 of them added by us
      ::group::push
      uploaded <digest>, <size> in <time>
      uploaded <digest>, <size> in <time>
      ::endgroup::
      ::group::tags
      <registry>/octo/senhas:1.0.0 is sha256:<sha256>
      ::endgroup::"
    `)
    expect(result.annotations).toEqual([])
  })

  it('hands over its outputs', () => {
    const shown = Object.entries(result.outputs).map(([name, text]) => `${name}: ${plain(text)}`)
    expect(shown.join('\n')).toMatchInlineSnapshot(`
      "digest: sha256:<sha256>
      image: <registry>/octo/senhas@sha256:<sha256>
      images: [{"name":"<registry>/octo/senhas","digest":"sha256:<sha256>","image":"<registry>/octo/senhas@sha256:<sha256>","tags":["1.0.0"],"platforms":{"linux/<arch>":"sha256:<sha256>"}}]
      tags: <registry>/octo/senhas:1.0.0
      digest-amd64: sha256:<sha256>
      built: [{"kind":"package","name":"senhas","version":"1.0.0-r0","arch":"<apk-arch>"},{"kind":"image","name":"<registry>/octo/senhas","digest":"sha256:<sha256>"}]
      skipped: []
      packages: <temp>/giropops-<id>-output/packages
      public-key: <temp>/giropops-<id>-output/packages/melange.rsa.pub
      sbom-paths: <temp>/giropops-<id>-output/images/apko/sbom/sbom-<apk-arch>.spdx.json
      <temp>/giropops-<id>-output/images/apko/sbom/sbom-index.spdx.json
      record: <temp>/giropops-<id>-output/giropops.json"
    `)
    expect(result.outputs['digest']).toBe(registry.tagsOf('octo/senhas').get('1.0.0'))
  })

  it('writes a summary', () => {
    expect(plain(result.summary)).toMatchInlineSnapshot(`
      "### \`<registry>/octo/senhas\`

      Pushed, tags: \`1.0.0\`

      \`\`\`sh
      docker pull <registry>/octo/senhas@sha256:<sha256>
      \`\`\`

      | Platform | Digest | Size | Packages |
      | --- | --- | --- | --- |
      | \`linux/<arch>\` | \`sha256:<sha256>\` | <size> | 2 |

      Index \`sha256:<sha256>\`, <size> in all.

      <details><summary>Added to the SBOM from the package database, since apko leaves them out: 1</summary>

      \`busybox-1.2.3-r4\`

      </details>

      ### Packages

      | Package | Version | Architecture | Size |
      | --- | --- | --- | --- |
      | senhas | \`1.0.0-r0\` | \`<apk-arch>\` | <size> |

      Built in bubblewrap, signed with a throw-away key of this run.

      <details><summary>Tools and times</summary>

      | Tool | Version | sha256 | From |
      | --- | --- | --- | --- |
      | melange | 0.56.5 | \`<sha256>\` | download |
      | apko | 1.2.39 | \`<sha256>\` | download |

      | Stage | Time |
      | --- | --- |
      | tools | <time> |
      | packages | <time> |
      | images | <time> |
      | push | <time> |
      | tags | <time> |

      </details>
      "
    `)
  })

  it('records what it did, by its schema', async () => {
    const schema = JSON.parse(await readFile('schema/giropops.schema.json', 'utf8')) as object
    const ajv = new Ajv2020({ allErrors: true, formats: { 'date-time': true, uri: true } })
    ajv.validate(schema, record)
    expect(ajv.errors).toBeNull()
    expect(record).toMatchObject({
      run: { repository: 'octo/senhas', event: 'push', ref: 'refs/heads/main' },
      tools: [
        { name: 'melange', source: 'download', sha256: scene.releases.melange.sha256 },
        { name: 'apko', source: 'download', sha256: scene.releases.apko.sha256 },
      ],
      packages: {
        sandbox: 'bubblewrap',
        throwAwayKey: true,
        built: [{ name: 'senhas', version: '1.0.0-r0' }],
      },
      images: [{ pushed: { tags: ['1.0.0'], uploaded: 2, skipped: 0 } }],
    })
    const platform = record.images[0]?.platforms[0]
    expect(JSON.stringify(platform?.packages)).toMatch(/senhas.*1\.0\.0-r0.*busybox.*1\.2\.3-r4/)
    expect(platform?.addedToSbom).toEqual(['busybox-1.2.3-r4'])
  })

  it('asked the registry in this order, the tag last', () => {
    const seen = registry.journal.map(({ method, path, status, login }) => {
      const [plainPath = ''] = plain(path.replaceAll(/uploads\/[0-9a-f-]{36}/g, 'uploads/<id>')).split('?')
      return `${method} ${plainPath} ${status}${login === undefined ? '' : ` ${login}`}`
    })
    expect(seen.slice(0, 4)).toEqual([
      'POST /v2/octo/senhas/blobs/uploads/ 401',
      'GET /token 200 basic',
      'POST /v2/octo/senhas/blobs/uploads/ 202 bearer',
      'DELETE /v2/octo/senhas/blobs/uploads/<id> 405 bearer',
    ])
    expect(seen.filter(line => line.includes('manifests') || line.includes('token')).join('\n'))
      .toMatchInlineSnapshot(`
        "GET /token 200 basic
        GET /v2/octo/senhas/manifests/1.0.0 404 bearer
        PUT /v2/octo/senhas/manifests/sha256:<sha256> 201 bearer
        GET /v2/octo/senhas/manifests/sha256:<sha256> 200 bearer
        PUT /v2/octo/senhas/manifests/sha256:<sha256> 201 bearer
        GET /v2/octo/senhas/manifests/sha256:<sha256> 200 bearer
        GET /v2/octo/senhas/manifests/1.0.0 404 bearer
        PUT /v2/octo/senhas/manifests/1.0.0 201 bearer
        GET /v2/octo/senhas/manifests/1.0.0 200 bearer
        GET /v2/octo/senhas/manifests/1.0.0 200 bearer"
      `)
    expect(seen.filter(line => line.startsWith('PUT /v2/octo/senhas/blobs'))).toHaveLength(2)
  })

  it('gives no program our inputs and tokens, and prints none', async () => {
    const calls = await scene.calls()
    const called = calls.map(({ tool, args }) => `${tool} ${args[0]}`)
    // What the package is kept under is found out while it is built.
    const beside = ['melange compile', 'apko show-packages']
    expect(called.filter(call => beside.includes(call))).toEqual(beside)
    expect(called.filter(call => !beside.includes(call))).toEqual([
      'melange keygen',
      'melange build',
      'melange index',
      'apko lock',
      'apko build',
    ])
    const names = calls.flatMap(({ env }) => env)
    expect(names.filter(name => /^(INPUT|STATE|ACTIONS)_|TOKEN/.test(name))).toEqual([])
    expect(JSON.stringify(calls)).not.toContain(jobToken)
    expect(result.log).not.toContain(jobToken)
  })
})
