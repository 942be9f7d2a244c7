import { expect, test } from 'vitest'
import { builtCommit, makeOutputFolder } from '../../support/release/output-folder.ts'
import { openRoom } from './release-room.ts'

const generated = `## What's Changed
* Passwords by @octo in #7

**Full Changelog**: https://github.com/octo/senhas/compare/v0.9.0...v1.0.0`

test('generated notes come first, then ours', async () => {
  await using room = await openRoom()
  const older = room.releases.add({ tag: 'v0.9.0' })
  const record = {
    images: [
      {
        pushed: { repository: 'ghcr.io/octo/older-name' },
        platforms: [
          {
            packages: [
              { name: 'busybox', version: '1.36.0-r0' },
              { name: 'gone', version: '1-r0' },
            ],
          },
        ],
      },
    ],
    packages: { built: [{ name: 'senhas', version: '0.9.0-r0' }] },
  }
  room.releases.addAsset(older, { name: 'giropops.json', bytes: JSON.stringify(record) })
  await room.release()
  const { body, name } = room.releases.only('v1.0.0')
  expect(name).toBe('v1.0.0')
  expect(body?.replaceAll(/sha256:[0-9a-f]{64}/g, 'sha256:<hex>')).toMatchInlineSnapshot(`
    "## What's Changed
    * Passwords by @octo in #7

    **Full Changelog**: https://github.com/octo/senhas/compare/v0.9.0...v1.0.0

    <!-- giropops-build: begin run=11.1 started=2026-01-02T03:04:05.000Z -->
    ### \`ghcr.io/octo/senhas\`

    \`\`\`sh
    docker pull ghcr.io/octo/senhas@sha256:<hex>
    \`\`\`

    Tags: \`v1.0.0\`

    | Platform | Digest |
    | --- | --- |
    | \`linux/amd64\` | \`sha256:<hex>\` |

    <details><summary>How to verify ghcr.io/octo/senhas</summary>

    **Signature**

    \`\`\`sh
    cosign verify ghcr.io/octo/senhas@sha256:<hex>
    \`\`\`

    </details>

    ### Packages since \`v0.9.0\`

    \`ghcr.io/octo/senhas\`: 3 changes

    | Package | Before | Now |
    | --- | --- | --- |
    | busybox | 1.36.0-r0 | 1.37.0-r1 |
    | gone | 1-r0 |  |
    | senhas |  | 1.0.0-r0 |

    Built here: 1 change

    | Package | Before | Now |
    | --- | --- | --- |
    | senhas | 0.9.0-r0 | 1.0.0-r0 |

    <details><summary>Packages in ghcr.io/octo/senhas: 2</summary>

    | Package | Version |
    | --- | --- |
    | busybox | 1.37.0-r1 |
    | senhas | 1.0.0-r0 |

    </details>

    <details><summary>Packages built here: 1</summary>

    | Package | Version |
    | --- | --- |
    | senhas | 1.0.0-r0 |

    </details>

    <details><summary>How to check the files</summary>

    \`\`\`sh
    curl -fsSLO https://github.com/octo/senhas/releases/download/v1.0.0/checksums.txt
    curl -fsSLO https://github.com/octo/senhas/releases/download/v1.0.0/packages.tar
    sha256sum --check --ignore-missing checksums.txt
    \`\`\`

    </details>
    <!-- giropops-build: end -->"
  `)
  expect(body).toContain(generated)
})

test("a text of one's own stands in their place", async () => {
  await using room = await openRoom()
  await room.release({ notes: 'In my own words.', name: 'The first' })
  const { body, name } = room.releases.only('v1.0.0')
  expect(body).toMatch(/^In my own words\.\n\n<!-- giropops-build: begin/)
  expect(name).toBe('The first')
  expect(room.writes()).not.toContain('POST releases/generate-notes')
})

test('what a person wrote around ours stays on the next run', async () => {
  await using room = await openRoom()
  await room.release({ draft: true })
  const release = room.releases.only('v1.0.0')
  release.body = `Above.\n\n${release.body?.slice(release.body.indexOf('<!--'))}\n\nBelow.`
  await using other = await makeOutputFolder('second')
  await room.release({ writer: { run: '12.1', started: '2026-02-02T00:00:00.000Z' } }, other)
  expect(room.releases.only('v1.0.0').body).toMatch(
    /^Above\.\n\n<!-- giropops-build: begin run=12\.1 .*<!-- giropops-build: end -->\n\nBelow\.$/s,
  )
})

test('an older record that cannot be had is no reason to stop', async () => {
  await using room = await openRoom()
  const older = room.releases.add({ tag: 'v0.9.0' })
  room.releases.addAsset(older, { name: 'giropops.json', bytes: '{}' })
  room.github.breakWith({
    match: /GET .*releases\/assets\//,
    action: { kind: 'answer', status: 404, body: {} },
  })
  await room.release()
  expect(room.ports.lines.join('\n')).toContain('notice: the packages are not compared with those of v0.9.0')
})

test('the release before is the highest below it, whatever came last', async () => {
  await using room = await openRoom({ tags: { 'v1.2.1': builtCommit } })
  for (const tag of ['v1.2.0', 'v2.0.0', 'v1.10.0', 'v1.2.1-rc.1', 'v0.1.0']) room.releases.add({ tag })
  await room.release({ tag: 'v1.2.1' })
  const asked = room.github.journal.find(({ path }) => path.endsWith('/generate-notes'))
  expect(asked?.body).toMatchObject({ tag_name: 'v1.2.1', previous_tag_name: 'v1.2.0' })
})

test.for([124_750, 124_000, 120_000])(
  'beside %i letters our part takes the room that is left',
  async length => {
    await using room = await openRoom()
    const notes = 'x'.repeat(length)
    await room.release({ notes })
    const { body } = room.releases.only('v1.0.0')
    expect(body?.startsWith(`${notes}\n\n<!-- giropops-build: begin`)).toBe(true)
    expect(body?.length).toBeLessThanOrEqual(125_000)
  },
)

test('beside a long text by a person our part takes the room that is left, each time', async () => {
  await using room = await openRoom()
  const text = 'x'.repeat(124_000)
  room.releases.add({ tag: 'v1.0.0', draft: true, body: text, isImmutable: false })
  for (const run of ['11.1', '11.2']) {
    await room.release({ draft: true, writer: { run, started: '2026-01-02T03:04:05.000Z' } })
    const { body } = room.releases.only('v1.0.0')
    expect(body).toContain(`run=${run}`)
    expect(body?.length).toBeLessThanOrEqual(125_000)
  }
})
