import { expect, test } from 'vitest'
import { chooseServices, publicGood, type ServiceWish } from '../../../src/sigstore/services.ts'

const own = {
  fulcioUrl: 'https://fulcio.example.org',
  rekorUrl: 'https://rekor.example.org',
  tsaUrl: 'https://tsa.example.org/api/v1/timestamp',
  trustedRoot: 'root.json',
}
const publicLog = { url: publicGood.rekor, version: 1 }

test.for<[string, Partial<ServiceWish>, unknown]>([
  ['nothing given', {}, { fulcio: publicGood.fulcio, rekor: publicLog, publicLog: true }],
  [
    'a newer trusted root',
    { trustedRoot: 'root.json' },
    { fulcio: publicGood.fulcio, rekor: publicLog, trustedRoot: 'root.json', publicLog: true },
  ],
  [
    'the public timestamp authority besides',
    { tsaUrl: publicGood.tsa },
    { fulcio: publicGood.fulcio, rekor: publicLog, tsa: publicGood.tsa, publicLog: true },
  ],
  [
    'a public log of the second API, which needs the authority',
    { rekorUrl: 'https://log2025-1.rekor.sigstore.dev' },
    {
      fulcio: publicGood.fulcio,
      rekor: { url: 'https://log2025-1.rekor.sigstore.dev', version: 2 },
      tsa: publicGood.tsa,
      publicLog: true,
    },
  ],
  [
    'an instance of its own',
    own,
    {
      fulcio: own.fulcioUrl,
      rekor: { url: own.rekorUrl, version: 'unknown' },
      tsa: own.tsaUrl,
      trustedRoot: 'root.json',
      publicLog: false,
    },
  ],
  [
    'the API told by the address',
    { ...own, rekorUrl: 'https://rekor.example.org/log/api/v2' },
    {
      fulcio: own.fulcioUrl,
      rekor: { url: 'https://rekor.example.org/log', version: 2 },
      tsa: own.tsaUrl,
      trustedRoot: 'root.json',
      publicLog: false,
    },
  ],
  [
    'a Fulcio of its own without a log: the public one is not mixed in',
    { ...own, rekorUrl: undefined },
    { fulcio: own.fulcioUrl, tsa: own.tsaUrl, trustedRoot: 'root.json', publicLog: false },
  ],
  ['a key', { cosignKey: true }, { fulcio: publicGood.fulcio, rekor: publicLog, publicLog: true }],
  [
    'a key, a log of the second API without times',
    { cosignKey: true, rekorUrl: 'https://rekor.example.org/api/v2', trustedRoot: 'root.json' },
    {
      fulcio: publicGood.fulcio,
      rekor: { url: 'https://rekor.example.org', version: 2 },
      trustedRoot: 'root.json',
      publicLog: false,
    },
  ],
])('chooses: %s', ([, wish, expected]) => {
  expect(chooseServices({ cosignKey: false, ...wish })).toEqual(expected)
})

test.for<[string, Partial<ServiceWish>, string]>([
  ['no trusted root', { ...own, trustedRoot: undefined }, 'trusted-root is not given'],
  [
    'no trusted root for the log',
    { rekorUrl: own.rekorUrl },
    'https://rekor.example.org is not of the public good',
  ],
  [
    'a name that only looks public',
    { rekorUrl: 'https://rekor.notsigstore.dev' },
    'trusted-root is not given',
  ],
  [
    'neither log nor authority',
    { fulcioUrl: own.fulcioUrl, trustedRoot: 'root.json' },
    'neither rekor-url nor tsa-url',
  ],
  [
    'a log without times and no authority',
    { ...own, rekorUrl: 'https://rekor.example.org/api/v2', tsaUrl: undefined },
    'tsa-url is not given',
  ],
])('refuses what could not be verified: %s', ([, wish, message]) => {
  expect(() => chooseServices({ cosignKey: false, ...wish })).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(message) }),
  )
})
