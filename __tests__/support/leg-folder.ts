import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packApk } from '../../scripts/kit/apk-package.ts'
import { tarEntry } from '../../scripts/kit/tar.ts'
import { indexOf, signApk, signatureOf, stanzaOf } from './apk-parts.ts'

/** A throw-away key of a leg. */
export interface LegKey {
  readonly privateKey: KeyObject
  /** PEM. */
  readonly publicKey: string
}

export function legKey(modulusLength = 2048): LegKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength })
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() }
}

const keyName = 'melange.rsa.pub'

/** An apk of one file, signed with the key. */
export async function legApk(
  { name, version = '1.0.0-r0', arch = 'x86_64', text = name }: LegPackage,
  key: LegKey,
): Promise<Buffer> {
  const entries = [tarEntry(`usr/share/${name}`, { data: Buffer.from(text) })]
  const facts = { name, version, description: name, origin: name, depends: [], provides: [], entries }
  return signApk((await packApk(arch, facts)).bytes, key.privateKey, keyName)
}

export interface LegPackage {
  readonly name: string
  readonly version?: string
  readonly arch?: string
  /** What is in its file. */
  readonly text?: string
}

/** A repository as a `package` step leaves it: packages, an index for each architecture, the public key. */
export async function writeLeg(
  folder: string,
  packages: readonly LegPackage[],
  key: LegKey = legKey(),
): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, keyName), key.publicKey)
  for (const [arch, ofArch] of Map.groupBy(packages, each => each.arch ?? 'x86_64')) {
    await mkdir(join(folder, arch), { recursive: true })
    const stanzas: string[] = []
    for (const each of ofArch) {
      const apk = await legApk(each, key)
      stanzas.push(stanzaOf(apk))
      await writeFile(join(folder, arch, `${each.name}-${each.version ?? '1.0.0-r0'}.apk`), apk)
    }
    await writeFile(join(folder, arch, 'APKINDEX.tar.gz'), signedIndex(stanzas, key))
  }
}

export function signedIndex(stanzas: readonly string[], { privateKey }: LegKey, name = keyName): Buffer {
  const index = indexOf(stanzas)
  return Buffer.concat([signatureOf(index, privateKey, name), index])
}
