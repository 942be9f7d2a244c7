import { generateKeyPairSync, randomFillSync } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { signIndex } from '../kit/apk-index.ts'
import { packApk } from '../kit/apk-package.ts'
import { guests, host } from '../kit/kit-host.ts'
import { tarEntry, type TarEntry } from '../kit/tar.ts'
import type { BenchPlace } from './bench-place.ts'
import { limitFigure, type Figure } from './figure.ts'
import { watchRun } from './watched-run.ts'

export interface LargeImageBench {
  readonly rounds: number
  /** Of the image's only layer. */
  readonly megabytes: number
}

/** Size of one file of the package, in millions of bytes. */
const file = 100

/** The most memory that the action held in a job whose image has one large layer: built, read for its SBOM, pushed. */
export async function benchLargeImage(
  { rounds, megabytes }: LargeImageBench,
  place: BenchPlace,
): Promise<Figure> {
  const folder = join(place.folder, 'large-image')
  const publicKey = await writeRepository(folder, megabytes)
  const apko = place.tools.find(({ tool }) => tool === 'apko')
  const peaks: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const workspace = join(folder, 'workspace')
    await mkdir(workspace)
    await writeFile(
      join(workspace, 'apko.yaml'),
      `contents:\n  repositories: [${folder}]\n  packages: [large]\n`,
    )
    const inputs = {
      'apko-version': apko?.version,
      'apko-sha256': apko?.sha256,
      'tools-mirror': place.releases,
      'keyring-append': publicKey,
      image: `${place.registry}/large-${round}`,
      tags: '1.0.0',
      push: 'true',
      sign: 'false',
      scan: 'false',
    }
    const { peak } = await watchRun({
      tool: process.execPath,
      args: [
        join(place.dist, 'cli.js'),
        ...Object.entries(inputs).map(([name, text]) => `--${name}=${text ?? ''}`),
      ],
      cwd: workspace,
      env: { ...process.env, TMPDIR: folder, XDG_CACHE_HOME: join(folder, 'cache') },
      log: join(folder, 'log'),
    })
    peaks.push(peak)
    await rm(workspace, { recursive: true, force: true })
  }
  await rm(folder, { recursive: true, force: true })
  return limitFigure(
    'peak memory of a whole job with such a layer: built by apko, read for its SBOM, pushed',
    peaks,
  )
}

/** Writes an apk repository with one package of so many random megabytes; answers the path of its public key. */
async function writeRepository(folder: string, megabytes: number): Promise<string> {
  const arch = host().debian === 'amd64' ? guests[0].apk : guests[1].apk
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const entry = (name: string, data: Buffer): TarEntry => tarEntry(name, { data, mtime: 1 })
  const random = Array.from({ length: Math.ceil(megabytes / file) }, (_, at) =>
    entry(`opt/large/${at}`, randomFillSync(Buffer.alloc(Math.min(file, megabytes - at * file) * 1e6))),
  )
  const {
    bytes,
    stanza,
    file: name,
  } = await packApk(arch, {
    name: 'large',
    version: '1.0.0-r0',
    description: 'one large layer',
    origin: 'large',
    depends: [],
    provides: [],
    entries: [
      entry('etc/passwd', Buffer.from('root:x:0:0:root:/root:/bin/sh\n')),
      entry('etc/group', Buffer.from('root:x:0:root\n')),
      ...random,
    ],
  })
  await mkdir(join(folder, arch), { recursive: true })
  await writeFile(join(folder, arch, name), bytes)
  const index = await signIndex([stanza], { key: privateKey, publicName: 'large.rsa.pub' })
  await writeFile(join(folder, arch, 'APKINDEX.tar.gz'), index)
  const key = join(folder, 'large.rsa.pub')
  await writeFile(key, publicKey.export({ type: 'spki', format: 'pem' }))
  return key
}
