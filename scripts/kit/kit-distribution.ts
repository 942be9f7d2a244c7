import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signIndex } from './apk-index.ts'
import { packApk } from './apk-package.ts'
import { debianSources, downloadDebs } from './deb-download.ts'
import { readDeb, type Deb } from './deb-package.ts'
import { convertDebs } from './deb-to-apk.ts'
import { ownPackages } from './distribution-own.ts'
import { once } from './kit-cache.ts'
import { guests, host } from './kit-host.ts'
import { watched, type Log } from './kit-progress.ts'
import { run } from './kit-run.ts'

export interface KitDistribution {
  /** An apk repository: `<folder>/<x86_64 or aarch64>/APKINDEX.tar.gz`. */
  readonly folder: string
  /** Path of the key that its indexes are signed with. */
  readonly publicKey: string
}

const keyFile = 'local-distribution.rsa'
const publicName = `${keyFile}.pub`
const hostCertificates = '/etc/ssl/certs/ca-certificates.crt'
/** A change of one of these files makes another distribution. */
const recipe = [
  'apk-index.ts',
  'apk-package.ts',
  'deb-download.ts',
  'deb-package.ts',
  'deb-to-apk.ts',
  'distribution-own.ts',
  'kit-distribution.ts',
  'tar.ts',
  'untar.ts',
]

/** The local distribution: Debian packages as signed apk repositories for x86_64 and aarch64, from the cache or made now. */
export async function kitDistribution(log: Log): Promise<KitDistribution> {
  const keys = await once('distribution-key', makeKey)
  const publicPem = await readFile(join(keys, publicName))
  const certificates = await readFile(hostCertificates, 'utf8').catch(() => undefined)
  const hash = createHash('sha256')
    .update(publicPem)
    .update(certificates ?? '')
  for (const file of recipe) hash.update(await readFile(new URL(file, import.meta.url)))
  const folder = await once(`distribution-${hash.digest('hex').slice(0, 16)}`, async fresh => {
    const what = 'making the local distribution from Debian packages'
    const key = createPrivateKey(await readFile(join(keys, keyFile)))
    const work = (note: (how: string) => void): Promise<void> => make({ fresh, key, certificates, note })
    await watched({ what, expect: 'about 20 seconds', log, work })
    await writeFile(join(fresh, publicName), publicPem)
  })
  return { folder, publicKey: join(folder, publicName) }
}

async function makeKey(folder: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 4096 })
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' })
  await writeFile(join(folder, keyFile), pem, { mode: 0o600 })
  await writeFile(join(folder, publicName), publicKey.export({ type: 'spki', format: 'pem' }))
}

interface Making {
  readonly fresh: string
  readonly key: KeyObject
  readonly certificates: string | undefined
  readonly note: (how: string) => void
}

async function make({ fresh, key, certificates, note }: Making): Promise<void> {
  const sources = await debianSources()
  const work = await mkdtemp(join(tmpdir(), 'giropops-kit-debs-'))
  try {
    note('downloading Debian packages')
    const paths = await Promise.all(
      guests.map(({ debian }) => downloadDebs(debian, join(work, debian), sources)),
    )
    note('reading them')
    const sets = await Promise.all(paths.map(readDebs))
    const applets = await listApplets(sets[guests.findIndex(guest => guest.apk === host().apk)] ?? [], work)
    let packed = 0
    await Promise.all(
      guests.map(async ({ apk: arch }, at) => {
        const debs = sets[at] ?? []
        await mkdir(join(fresh, arch))
        const stanzas: string[] = []
        for (const facts of [...convertDebs(debs), ...ownPackages({ debs, applets, certificates })]) {
          const { file, bytes, stanza } = await packApk(arch, facts)
          await writeFile(join(fresh, arch, file), bytes)
          stanzas.push(stanza)
          note(`${(packed += 1)} packages packed`)
        }
        const index = await signIndex(stanzas, { key, publicName })
        await writeFile(join(fresh, arch, 'APKINDEX.tar.gz'), index)
      }),
    )
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

async function readDebs(paths: readonly string[]): Promise<Deb[]> {
  const debs: Deb[] = []
  for (const path of paths) debs.push(await readDeb(path))
  return debs
}

/** Commands that Debian's static busybox can be, asked of the one that runs here. */
async function listApplets(debs: readonly Deb[], folder: string): Promise<string[]> {
  const program = debs.find(deb => deb.name === 'busybox-static')?.entries.find(e => e.name === 'bin/busybox')
  const path = join(folder, 'busybox')
  await writeFile(path, program?.data ?? '', { mode: 0o755 })
  const names = (await run(path, ['--list'])).toString().trim().split('\n')
  return names.filter(name => !/^(busybox|dpkg|dpkg-deb|rpm|init|linuxrc)$/.test(name))
}
