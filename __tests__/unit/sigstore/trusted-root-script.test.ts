import { gzipSync } from 'node:zlib'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { listed, rootInPackage } from '../../../scripts/trusted-root.ts'

const root = await readFile(new URL('../../../src/sigstore/trusted-root.json', import.meta.url), 'utf8')

/** A tar (ustar) with one file in it, packed as npm packs. */
function tarball(name: string, text: string): Buffer {
  const head = Buffer.alloc(512)
  head.write(name, 0)
  head.write('0000644\0', 100)
  head.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124)
  head.write('0', 156)
  head.write('ustar\0', 257)
  const body = Buffer.alloc(Math.ceil(text.length / 512) * 512)
  body.write(text)
  return gzipSync(Buffer.concat([head, body, Buffer.alloc(1024)]))
}

test('takes the root out of the package that carries it', () => {
  const targets = { 'trusted_root.json': Buffer.from(root).toString('base64') }
  const seeds = JSON.stringify({ 'https://tuf-repo-cdn.sigstore.dev': { targets } })
  expect(rootInPackage(tarball('package/seeds.json', seeds))).toBe(root)
})

test.for([
  [tarball('package/other.json', '{}'), 'no seeds.json'],
  [tarball('package/seeds.json', '{}'), 'no trusted_root.json'],
] as const)('says what a package lacks', ([packed, message]) => {
  expect(() => rootInPackage(packed)).toThrow(message)
})

test('lists what the root has, with the time it is good for', () => {
  expect(listed(root)).toContain('log https://rekor.sigstore.dev, 2021-01-12 to now')
  expect(listed(root)).toContain(
    'certificate authority https://fulcio.sigstore.dev, 2021-03-07 to 2022-12-31',
  )
})
