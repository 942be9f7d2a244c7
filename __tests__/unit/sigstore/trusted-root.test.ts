import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import embedded from '../../../src/sigstore/trusted-root.json' with { type: 'json' }
import { publicGood } from '../../../src/sigstore/services.ts'
import { parseTrustedRoot, readTrustedRoot } from '../../../src/sigstore/trusted-root.ts'

test('the embedded root knows every service of the public good instance that we use', async () => {
  const { tlogs, ctlogs, certificateAuthorities, timestampAuthorities } = await readTrustedRoot()
  expect(tlogs.map(({ baseUrl }) => baseUrl)).toContain(publicGood.rekor)
  expect(certificateAuthorities.map(({ uri }) => uri)).toContain(publicGood.fulcio)
  expect(timestampAuthorities.map(({ uri }) => uri)).toContain(publicGood.tsa)
  expect(ctlogs.length).toBeGreaterThan(0)
})

const mediaType = 'application/vnd.dev.sigstore.trustedroot+json;version=0.1'

test.for<[string, unknown, string]>([
  ['no object', [], 'mediaType'],
  ['no media type', { tlogs: [] }, 'mediaType'],
  ['another document', { mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }, 'mediaType'],
  ['a log without a key', { mediaType, tlogs: [{ baseUrl: 'https://x' }] }, 'key or certificate'],
  ['no list', { mediaType, tlogs: 'all' }, 'lists neither'],
  [
    'a broken certificate',
    {
      mediaType,
      certificateAuthorities: [{ uri: 'https://x', certChain: { certificates: [{ rawBytes: 'AAAA' }] } }],
    },
    'key or certificate',
  ],
])('refuses %s', ([, document, message]) => {
  expect(() => parseTrustedRoot(document, 'root.json')).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      message: expect.stringMatching(new RegExp(`^root.json .*${message}`)),
    }),
  )
})

test('a file is read, and named when it cannot be', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'root-'))
  await writeFile(join(folder, 'root.json'), JSON.stringify(embedded))
  expect((await readTrustedRoot(join(folder, 'root.json'))).tlogs.length).toBe(embedded.tlogs.length)
  await expect(readTrustedRoot(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'INPUT_INVALID' })
})
