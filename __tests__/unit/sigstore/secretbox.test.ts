import { expect, test } from 'vitest'
import { openSecretbox } from '../../../src/sigstore/secretbox.ts'

/** Made by tweetnacl 1.0.3. */
const [key, nonce] = [Buffer.alloc(32, 1), Buffer.alloc(24, 2)]
const message =
  'a message longer than one block of sixty-four bytes, so that the counter counts; and some more'
const box = Buffer.from(
  '9796d3fc80d7021d09a9dd7e3a05bf859c45b3980d49b32a055ddb913621d8dc882272ef9b883f0525b4f3cd50e7b353c0d3361daf94e200ee2a0e00be43f2c23c810fdfa7ecaf1d43dc473a79f80ecb9b130fc43644690053a203563a8a1c05df19e37deac011dc2e1d3ec945b6',
  'hex',
)

test('opens a box of NaCl', () => {
  expect(openSecretbox(box, nonce, key)?.toString()).toBe(message)
})

test.for([0, 15, 16, 60, box.length - 1])('a change at byte %i is noticed', at => {
  const changed = Buffer.from(box)
  changed[at] = (changed[at] ?? 0) ^ 0x40
  expect(openSecretbox(changed, nonce, key)).toBeUndefined()
})

test.for([
  ['another key', box, nonce, Buffer.alloc(32, 3)],
  ['another nonce', box, Buffer.alloc(24, 3), key],
  ['a box that is cut', box.subarray(0, -1), nonce, key],
  ['no box', Buffer.alloc(8), nonce, key],
  ['a short nonce', box, nonce.subarray(1), key],
  ['a short key', box, nonce, key.subarray(1)],
] as const)('does not open with %s', ([, ...parts]) => {
  expect(openSecretbox(...parts)).toBeUndefined()
})
