import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buildFromModule } from './go-build.ts'
import { kitCache, once } from './kit-cache.ts'
import { KitFailure, reason } from './kit-failure.ts'
import { host } from './kit-host.ts'
import { watched, type Log } from './kit-progress.ts'
import { downloadRelease, pinnedSha256, reachesReleases, releasePath } from './release-page.ts'
import { packRelease, sha256, unpackRelease } from './release-tarball.ts'

export interface WantedTool {
  readonly tool: 'apko' | 'melange'
  readonly version: string
}

export interface KitTool extends WantedTool {
  /** Path of the release tarball in the mirror folder. */
  readonly tarball: string
  /** Of the tarball, in hex. */
  readonly sha256: string
  /** Path of the unpacked binary, to run directly. */
  readonly binary: string
}

export interface KitTools {
  /** Stands for `https://github.com` when a static server serves it: `<folder>/chainguard-dev/apko/releases/download/…`. */
  readonly mirrorFolder: string
  readonly tools: readonly KitTool[]
}

/** Today's pair and the tutorial's generation, in the versions that build from their modules. */
export const kitVersions: readonly WantedTool[] = [
  { tool: 'apko', version: '1.2.31' },
  { tool: 'apko', version: '0.14.7' },
  { tool: 'melange', version: '0.58.0' },
  { tool: 'melange', version: '0.56.5' },
]

/** The tools as release tarballs with a checksums.txt, and unpacked: from the cache, the release pages or their Go modules. */
export async function kitTools(log: Log, wanted = kitVersions): Promise<KitTools> {
  const target = `${host().os}_${host().debian}`
  const probe = lazy(reachesReleases)
  const tools: KitTool[] = []
  for (const { tool, version } of wanted) {
    const name = `${tool}_${version}_${target}`
    const file = `${name}.tar.gz`
    const path = releasePath(tool, version, file)
    const folder = await once(`releases-${target}${dirname(path)}`, async fresh => {
      const pinned = await pinnedSha256(tool, version, target)
      const downloaded = pinned && (await probe()) ? await download(path, pinned, log) : undefined
      const tarball =
        downloaded ?? (await packRelease({ name, tool, ...(await buildFromModule(tool, version, log)) }))
      await writeFile(join(fresh, file), tarball)
      await writeFile(join(fresh, 'checksums.txt'), `${sha256(tarball)}  ${file}\n`)
    })
    const tarball = join(folder, file)
    const unpacked = await once(`tools-${target}/${tool}-${version}`, async fresh =>
      unpackRelease(await readFile(tarball), fresh),
    )
    const [sum = ''] = (await readFile(join(folder, 'checksums.txt'), 'utf8')).split(' ')
    tools.push({ tool, version, tarball, sha256: sum, binary: join(unpacked, name, tool) })
  }
  return { mirrorFolder: join(kitCache(), `releases-${target}`), tools }
}

/** The release, or undefined when it cannot be had for a reason that building it gets around. */
async function download(path: string, pinned: string, log: Log): Promise<Buffer | undefined> {
  const what = `downloading ${path}`
  try {
    return await watched({ what, expect: 'some seconds', log, work: () => downloadRelease(path, pinned) })
  } catch (failed) {
    if (failed instanceof KitFailure) throw failed
    log(`  ${reason(failed)}; it is built instead`)
    return undefined
  }
}

function lazy<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}
