import { expect, test } from 'vitest'
import { sha256Hex } from '../../../src/domain/digest.ts'
import { badGateway, secondaryLimit, type FaultAction } from '../../support/github/faults.ts'
import { openRoom } from './release-room.ts'

const upload = /POST .*assets\?name=senhas-1\.0\.0-r0\.x86_64\.apk$/
const unicorn = { status: 502, body: Buffer.from('<html>Unicorn!</html>') }
const passing: readonly { readonly what: string; readonly match: RegExp; readonly action: FaultAction }[] = [
  {
    what: 'a 502 that leaves a starter',
    match: upload,
    action: { kind: 'cut-request', after: 3, reply: unicorn },
  },
  { what: 'an upload that breaks half-way', match: upload, action: { kind: 'cut-request', after: 3 } },
  { what: 'an upload whose answer is lost', match: upload, action: { kind: 'lose-answer' } },
  { what: 'a 502 before anything is stored', match: upload, action: badGateway },
  { what: 'a secondary limit on an upload', match: upload, action: secondaryLimit(30) },
  { what: 'a secondary limit on the list', match: /GET .*releases\?per_page/, action: secondaryLimit() },
  { what: 'a reset of the list of assets', match: /GET .*releases\/1\/assets/, action: { kind: 'reset' } },
  { what: 'a 502 for the draft', match: /POST .*\/releases$/, action: badGateway },
  {
    what: 'a draft that is made and not answered',
    match: /POST .*\/releases$/,
    action: { kind: 'lose-answer' },
  },
  {
    what: 'a publication that is not answered',
    match: /PATCH .*\/releases\/1$/,
    action: { kind: 'lose-answer' },
  },
  { what: 'a limit on the publication', match: /PATCH .*\/releases\/1$/, action: secondaryLimit(5) },
  { what: 'a 503 for the tag', match: /GET .*git\/ref/, action: { kind: 'answer', status: 503 } },
]

test.for(passing)('$what is got over', async ({ match, action }) => {
  await using room = await openRoom({ immutable: true })
  room.github.breakWith({ match, action })
  const { release } = await room.release()
  expect(release.draft).toBe(false)
  const only = room.releases.only('v1.0.0')
  expect(Object.keys(room.releases.contentOf(only)).sort()).toEqual(room.output.assetNames)
  expect(room.releases.contentOf(only)['senhas-1.0.0-r0.x86_64.apk']).toBe('apk of x86_64')
  expect(room.github.faults.unused).toEqual([])
  expect(room.github.problems).toEqual([])
  expect(room.ports.waits).toHaveLength(1)
})

test('bytes that arrive damaged are sent again', async () => {
  await using room = await openRoom()
  room.github.faults.add({
    match: /POST .*assets\?name=melange\.rsa\.pub$/,
    action: {
      kind: 'rewrite',
      change: reply => ({
        ...reply,
        body: { ...(reply.body as object), digest: `sha256:${'0'.repeat(64)}` },
      }),
    },
  })
  await room.release()
  expect(room.releases.contentOf(room.releases.only('v1.0.0'))).toMatchObject({
    'melange.rsa.pub': 'the key',
  })
  expect(room.ports.lines.join('\n')).toContain(
    'asset melange.rsa.pub: GitHub got other bytes than were sent',
  )
})

test('a run that was killed half-way is completed by the next', async () => {
  await using room = await openRoom({ immutable: true, deadline: 0 })
  room.github.breakWith({ match: upload, action: { kind: 'cut-request', after: 3 } })
  await expect(room.release()).rejects.toMatchObject({ code: 'NETWORK_FAILED' })
  const half = room.releases.only('v1.0.0')
  expect(half.draft).toBe(true)
  const there = Object.keys(room.releases.contentOf(half)).length
  expect(there).toBeLessThan(room.output.assetNames.length)

  const writer = { run: '11.2', started: '2026-01-02T04:00:00.000Z' }
  const { release, outcome } = await room.release({ writer })
  expect({ outcome, draft: release.draft, id: release.id }).toEqual({
    outcome: 'made',
    draft: false,
    id: half.id,
  })
  const content = room.releases.contentOf(room.releases.only('v1.0.0'))
  expect(Object.keys(content).sort()).toEqual(room.output.assetNames)
  expect(content['senhas-1.0.0-r0.x86_64.apk']).toBe('apk of x86_64')
  expect(room.ports.lines.join('\n')).toMatch(/is there already, of run 11\.1; it is completed/)
  expect(room.github.problems).toEqual([])
})

test('a draft by a person is completed, with its text and its files', async () => {
  await using room = await openRoom({ immutable: true })
  const draft = room.releases.add({
    tag: 'v1.0.0',
    draft: true,
    name: 'Uno',
    body: 'By hand.',
    isImmutable: false,
  })
  room.releases.addAsset(draft, { name: 'manual.pdf', bytes: 'pdf' })
  room.releases.addAsset(draft, { name: 'images.txt', bytes: 'of somebody else' })
  const theirs = [
    'vendor-tool.apk',
    'third-party.spdx.json',
    'audit.sarif',
    'corp.rsa.pub',
    'signed.sigstore.json',
    'manual.pdf',
  ]
  for (const name of theirs.slice(0, -1)) room.releases.addAsset(draft, { name, bytes: `theirs: ${name}` })
  await room.release()
  const { name, body } = room.releases.only('v1.0.0')
  expect(name).toBe('Uno')
  expect(body).toMatch(/^By hand\.\n\n<!-- giropops-build: begin/)
  const content = room.releases.contentOf(room.releases.only('v1.0.0'))
  expect(Object.keys(content).sort()).toEqual([...room.output.assetNames, ...theirs].sort())
  expect(content['images.txt']).toMatch(/^ghcr\.io/)
  const told = room.ports.lines.join('\n')
  expect(told).toContain('images.txt has other bytes, it is replaced')
  expect(told).not.toContain('it is removed')
  expect(told).toMatch(/notice: assets of somebody else are left as they are: .*vendor-tool\.apk/)
})

test('what an earlier run left in its draft goes, what a person added or replaced since stays', async () => {
  await using room = await openRoom()
  const draft = room.releases.add({
    tag: 'v1.0.0',
    draft: true,
    body: '<!-- giropops-build: begin run=10.1 started=2026-01-01T00:00:00.000Z -->\nx\n<!-- giropops-build: end -->',
    isImmutable: false,
  })
  const added = {
    'old-0.9.0-r0.x86_64.apk': 'left behind',
    'extra-1-r0.x86_64.apk': 'named by the record',
    'replaced.spdx.json': 'by a person',
    'vendor-tool.apk': 'of a person',
    'checksums.txt': [
      `${sha256Hex('left behind')}  old-0.9.0-r0.x86_64.apk`,
      `${sha256Hex('ours')}  replaced.spdx.json`,
      '',
    ].join('\n'),
    'giropops.json': JSON.stringify({
      packages: {
        built: [{ file: 'x86_64/extra-1-r0.apk', sha256: sha256Hex('named by the record') }, null],
      },
    }),
  }
  for (const [name, bytes] of Object.entries(added)) room.releases.addAsset(draft, { name, bytes })
  await room.release()
  const content = room.releases.contentOf(room.releases.only('v1.0.0'))
  expect(Object.keys(content).sort()).toEqual(
    [...room.output.assetNames, 'replaced.spdx.json', 'vendor-tool.apk'].sort(),
  )
  expect(room.ports.lines.join('\n')).toContain('old-0.9.0-r0.x86_64.apk is of an earlier run, it is removed')
})

test('of two drafts of a tag one is completed, and the other is told of', async () => {
  await using room = await openRoom()
  const draft = room.releases.add({ tag: 'v1.0.0', draft: true, isImmutable: false })
  room.releases.add({ tag: 'v1.0.0', draft: true, isImmutable: false })
  const { release } = await room.release()
  expect(release.id).toBe(draft.id)
  expect(room.ports.lines.join('\n')).toMatch(
    /notice: v1\.0\.0 has 2 drafts; left as they are, to be looked at by hand: https:/,
  )
})

test('a draft is found on a later page, and the list is read no further', async () => {
  await using room = await openRoom()
  for (let at = 0; at < 60; at += 1) room.releases.add({ tag: `nightly-${at}` })
  const draft = room.releases.add({ tag: 'v1.0.0', draft: true, isImmutable: false })
  for (let at = 0; at < 150; at += 1) room.releases.add({ tag: `weekly-${at}` })
  const { release } = await room.release()
  expect(release.id).toBe(draft.id)
  const pages = room.github.asked.filter(line => line.includes('releases?per_page'))
  expect(pages.map(line => line.split('?')[1])).toEqual(['per_page=100', 'per_page=100&page=2'])
})

test("an upload's host that is no host of GitHub gets nothing", async () => {
  await using room = await openRoom()
  room.github.breakWith({
    match: /POST .*\/releases$/,
    action: {
      kind: 'rewrite',
      change: reply => ({
        ...reply,
        body: { ...(reply.body as object), upload_url: 'http://evil.example/x{?name}' },
      }),
    },
  })
  await expect(room.release()).rejects.toMatchObject({ code: 'GITHUB_REFUSED' })
})
