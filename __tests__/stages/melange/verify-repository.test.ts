import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { signIndex } from '../../../scripts/kit/apk-index.ts'
import { tarEntry, writeEntry } from '../../../scripts/kit/tar.ts'
import { Failure } from '../../../src/domain/failure.ts'
import { firstMember } from '../../../src/domain/gzip-member.ts'
import { Failures } from '../../../src/domain/failures.ts'
import { verifyRepository } from '../../../src/melange/verify-repository.ts'
import { indexOf, signatureOf, splitApk, stanzaOf } from '../../support/apk-parts.ts'
import { legApk, legKey, signedIndex, writeLeg } from '../../support/leg-folder.ts'
import { fixture, temporaryFolder } from '../../support/melange-fixtures.ts'

const own = legKey()
const foreign = legKey()
const apk = 'x86_64/liba-1.0.0-r0.apk'
const index = 'x86_64/APKINDEX.tar.gz'

/** A leg with two packages. */
async function openLeg(): Promise<string> {
  const folder = join(temporaryFolder(), 'leg')
  await writeLeg(folder, [{ name: 'liba' }, { name: 'tool' }], own)
  return folder
}

async function told(folder: string): Promise<readonly string[]> {
  try {
    const apks = await verifyRepository({ title: 'leg', folder })
    return apks.map(({ lane, name, version }) => `verified ${lane} ${name} ${version}`)
  } catch (error) {
    const all = error instanceof Failures ? error.all : error instanceof Failure ? [error] : []
    if (all.length === 0) throw error
    return all.map(({ code, message }) => `${code} ${message.replace('input "packages": ', '')}`)
  }
}

async function change(folder: string, file: string, edit: (bytes: Buffer) => Buffer): Promise<void> {
  const path = join(folder, file)
  await writeFile(path, edit(await readFile(path)))
}

/** The same length, another byte in the middle. */
const flip = (bytes: Buffer, at = Math.floor(bytes.length / 2)): Buffer => {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 1
  return copy
}

it('a leg as it should be', async () => {
  const folder = await openLeg()
  await writeFile(join(folder, 'x86_64', 'liba-1.0.0-r0.apk.sigstore.json'), '{}')
  expect(await told(folder)).toEqual(['verified x86_64 liba 1.0.0-r0', 'verified x86_64 tool 1.0.0-r0'])
})

it('what the real melange made', async () => {
  const folder = temporaryFolder()
  await mkdir(join(folder, 'x86_64'))
  await cp(fixture('packages/hello-1.2.3-r0.apk'), join(folder, 'x86_64', 'hello-1.2.3-r0.apk'))
  await cp(fixture('packages/APKINDEX.tar.gz'), join(folder, index))
  // The fixture's key was thrown away: its index is refused, and signed by ours the same entries are accepted.
  expect(await told(folder)).toEqual([
    `PACKAGES_INVALID leg/${index} is signed with the key melange.rsa.pub, which does not lie beside it`,
  ])
  await writeFile(join(folder, 'melange.rsa.pub'), own.publicKey)
  expect(await told(folder)).toEqual([
    `PACKAGES_INVALID leg/${index} is not signed with the key melange.rsa.pub that lies beside it`,
  ])
  const stanza = stanzaOf(await readFile(fixture('packages/hello-1.2.3-r0.apk')))
  await writeFile(join(folder, index), signedIndex([stanza], own))
  expect(await told(folder)).toEqual(['verified x86_64 hello 1.2.3-r0'])
})

const stanzas = async (folder: string): Promise<string[]> => {
  const names = (await readdir(join(folder, 'x86_64'))).filter(name => name.endsWith('.apk')).toSorted()
  return Promise.all(names.map(async name => stanzaOf(await readFile(join(folder, 'x86_64', name)))))
}
const write = (folder: string, file: string, bytes: string | Uint8Array): Promise<void> =>
  writeFile(join(folder, file), bytes)
const reindex = async (folder: string, edit: (all: string[]) => string[], key = own): Promise<void> =>
  write(folder, index, signedIndex(edit(await stanzas(folder)), key))

async function pipe(folder: string, file: string): Promise<void> {
  await rm(join(folder, file))
  execFileSync('mkfifo', [join(folder, file)])
}

async function link(folder: string, file: string): Promise<void> {
  const elsewhere = join(folder, '..', 'elsewhere')
  await rename(join(folder, file), elsewhere)
  await symlink(elsewhere, join(folder, file))
}

it.each<[string, (folder: string) => Promise<unknown>, readonly string[]]>([
  [
    'no index',
    folder => rm(join(folder, index)),
    [
      'leg/x86_64/liba-1.0.0-r0.apk is named by no index',
      'leg/x86_64/tool-1.0.0-r0.apk is named by no index',
      'leg/*/APKINDEX.tar.gz is not there',
    ],
  ],
  [
    'an unsigned index',
    async folder => write(folder, index, indexOf(await stanzas(folder))),
    [`leg/${index} is not signed`],
  ],
  [
    'an index signed in the older form',
    async folder => {
      const key = { key: own.privateKey, publicName: 'melange.rsa.pub' }
      return write(folder, index, await signIndex(await stanzas(folder), key))
    },
    [`leg/${index} is signed in the older form (SHA-1), which proves nothing`],
  ],
  [
    "an index signed with another leg's key",
    folder => reindex(folder, all => all, foreign),
    [`leg/${index} is not signed with the key melange.rsa.pub that lies beside it`],
  ],
  [
    'no key',
    folder => rm(join(folder, 'melange.rsa.pub')),
    [`leg/${index} is signed with the key melange.rsa.pub, which does not lie beside it`],
  ],
  [
    'a key that is none',
    folder => write(folder, 'melange.rsa.pub', 'key'),
    [`leg/${index} cannot be verified: melange.rsa.pub is no public key`],
  ],
  [
    'a key that is too short',
    async folder => {
      const short = legKey(1024)
      await write(folder, 'melange.rsa.pub', short.publicKey)
      return reindex(folder, all => all, short)
    },
    [`leg/${index} cannot be verified: melange.rsa.pub is no RSA key of 2048 bits or more`],
  ],
  [
    'a key that the signature names by a path',
    async folder => {
      const signed = indexOf(await stanzas(folder))
      const signature = signatureOf(signed, own.privateKey, '../leg/melange.rsa.pub')
      return write(folder, index, Buffer.concat([signature, signed]))
    },
    [`leg/${index} has a signature of an unknown kind (.SIGN.RSA256.../leg/melange.rsa.pub)`],
  ],
  [
    'an index beside the signature, where nobody signed it',
    async folder => {
      const signed = indexOf(await stanzas(folder))
      const entry = writeEntry(tarEntry('APKINDEX', { data: Buffer.from('P:evil\n') }))
      const real = firstMember(signatureOf(signed, own.privateKey, 'melange.rsa.pub')).content
      return write(folder, index, Buffer.concat([gzipSync(Buffer.concat([real, entry])), signed]))
    },
    [`leg/${index} has more than a signature where its signature is: APKINDEX`],
  ],
  [
    'bytes after the index',
    folder => change(folder, index, bytes => Buffer.concat([bytes, indexOf(['P:evil\n'])])),
    [`leg/${index} is not signed with the key melange.rsa.pub that lies beside it`],
  ],
  [
    'something else as the index',
    folder => write(folder, index, 'index'),
    [`leg/${index} is no index of apk`],
  ],
  [
    'an index cut off',
    folder => change(folder, index, bytes => bytes.subarray(0, 300)),
    [`leg/${index} is no index of apk`],
  ],
  [
    'an altered signature of an apk',
    folder => change(folder, apk, bytes => flip(bytes, 4)),
    [
      // Only the index is trusted: the signature goes.
      'verified x86_64 liba 1.0.0-r0',
      'verified x86_64 tool 1.0.0-r0',
    ],
  ],
  [
    'altered data',
    folder => change(folder, apk, bytes => flip(bytes, bytes.length - 20)),
    [`leg/${apk} was altered: its data is not what its control part says`],
  ],
  [
    'an altered control part',
    folder =>
      change(folder, apk, bytes => {
        const { signature, control, data } = splitApk(bytes)
        // Another time in the gzip header: it unpacks to the same.
        return Buffer.concat([signature, flip(control, 4), data])
      }),
    [`leg/${apk} was altered: its control part is not the one that the index names`],
  ],
  [
    'bytes after an apk',
    folder => change(folder, apk, bytes => Buffer.concat([bytes, Buffer.from('more')])),
    [
      expect.stringMatching(
        /^leg\/x86_64\/liba-1\.0\.0-r0\.apk was altered: it has \d+ bytes, the index says \d+$/,
      ) as string,
    ],
  ],
  [
    'another apk of the same name',
    async folder => write(folder, apk, await legApk({ name: 'liba', text: 'evil' }, own)),
    [expect.stringMatching(/^leg\/x86_64\/liba-1\.0\.0-r0\.apk was altered: /) as string],
  ],
  [
    'no apk',
    async folder => {
      const size = (await readFile(join(folder, apk))).length
      return write(folder, apk, Buffer.alloc(size))
    },
    [`leg/${apk} is no apk`],
  ],
  ['a missing apk', folder => rm(join(folder, apk)), [`leg/${apk} is named by the index, but is not there`]],
  [
    'a link in the place of an apk',
    async folder => {
      await rename(join(folder, apk), join(folder, '..', 'elsewhere.apk'))
      return symlink('../../elsewhere.apk', join(folder, apk))
    },
    [`leg/${apk} is no plain file`],
  ],
  [
    'a pipe in the place of the index',
    async folder => pipe(folder, index),
    [`leg/${index} is no plain file`],
  ],
  [
    'a link in the place of the index',
    async folder => link(folder, index),
    [`leg/${index} is no plain file`],
  ],
  [
    'a pipe in the place of the key',
    async folder => pipe(folder, 'melange.rsa.pub'),
    [`leg/${index} cannot be verified: melange.rsa.pub is no plain file`],
  ],
  [
    'a link in the place of the key',
    async folder => link(folder, 'melange.rsa.pub'),
    [`leg/${index} cannot be verified: melange.rsa.pub is no plain file`],
  ],
  [
    'an apk that no index names',
    async folder => write(folder, 'x86_64/evil-1-r0.apk', await legApk({ name: 'evil' }, own)),
    ['leg/x86_64/evil-1-r0.apk is named by no index'],
  ],
  ['an apk in another place', folder => write(folder, 'evil.apk', ''), ['leg/evil.apk is named by no index']],
  [
    'an apk of another name than it says',
    async folder => {
      await rename(join(folder, apk), join(folder, 'x86_64/libb-1.0.0-r0.apk'))
      return reindex(folder, all => all.map(stanza => stanza.replace('P:liba', 'P:libb')))
    },
    ['leg/x86_64/libb-1.0.0-r0.apk says that it is liba 1.0.0-r0 for x86_64'],
  ],
  [
    'an entry for another architecture',
    folder => reindex(folder, all => all.map(each => each.replace('A:x86_64', 'A:aarch64'))),
    [`leg/${index} names liba, which is for aarch64`],
  ],
  [
    'an entry whose name is a path',
    folder => reindex(folder, ([first = '', ...more]) => [first.replace('P:liba', 'P:../liba'), ...more]),
    [
      expect.stringMatching(
        /^leg\/x86_64\/APKINDEX\.tar\.gz has an entry that is none: "C:Q1.*P:\.\.\/liba/,
      ) as string,
    ],
  ],
  [
    'an entry twice',
    folder => reindex(folder, all => [...all, all[0] ?? '']),
    [`leg/${index} names liba-1.0.0-r0 twice`],
  ],
  [
    'a folder of no architecture',
    folder => rename(join(folder, 'x86_64'), join(folder, 'x64')),
    ['leg/x64/APKINDEX.tar.gz lies in no folder of an architecture'],
  ],
])('%s', async (_title, tamper, wanted) => {
  const folder = await openLeg()
  await tamper(folder)
  const lines = (await told(folder)).map(line => line.replace('PACKAGES_INVALID ', ''))
  expect(lines).toEqual(wanted)
})

it('everything wrong is told at once', async () => {
  const folder = await openLeg()
  await writeLeg(folder, [{ name: 'liba', arch: 'aarch64' }], own)
  await writeFile(join(folder, 'aarch64', 'APKINDEX.tar.gz'), '')
  await rm(join(folder, apk))
  await change(folder, 'x86_64/tool-1.0.0-r0.apk', bytes => flip(bytes, bytes.length - 20))
  expect(await told(folder)).toEqual([
    'PACKAGES_INVALID leg/aarch64/APKINDEX.tar.gz is no index of apk',
    `PACKAGES_INVALID leg/${apk} is named by the index, but is not there`,
    'PACKAGES_INVALID leg/x86_64/tool-1.0.0-r0.apk was altered: its data is not what its control part says',
  ])
})
