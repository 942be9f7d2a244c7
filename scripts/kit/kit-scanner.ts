import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buildFromModule, type GoModule } from './go-build.ts'
import { kitCache, once } from './kit-cache.ts'
import { host } from './kit-host.ts'
import type { Log } from './kit-progress.ts'
import { packRelease, sha256, unpackRelease } from './release-tarball.ts'

/** A scanner as a release that is served beside those of apko and melange, and unpacked. */
export interface KitScanner {
  readonly version: string
  /** Stands for `https://github.com` when a static server serves it: the folder that KitTools has too. */
  readonly mirrorFolder: string
  /** Path of the release tarball in the mirror folder. */
  readonly tarball: string
  /** Of the tarball, in hex. */
  readonly sha256: string
  /** Path of the unpacked binary, to run directly. */
  readonly binary: string
}

export interface ScannerSource {
  readonly scanner: 'grype' | 'trivy'
  readonly version: string
  /** Of the release pages: `anchore/grype`. */
  readonly repository: string
  /** Name of the tarball without its ending. */
  readonly stem: string
  readonly module: GoModule
}

/** A scanner, from the cache or built now from its module. A KitFailure when it cannot be. */
export async function kitScanner(
  { scanner, version, repository, stem, module }: ScannerSource,
  log: Log,
): Promise<KitScanner> {
  const target = `${host().os}_${host().debian}`
  const file = `${stem}.tar.gz`
  const path = `/${repository}/releases/download/v${version}/${file}`
  const folder = await once(`releases-${target}${dirname(path)}`, async fresh => {
    const built = await buildFromModule(scanner, version, log, module)
    const tarball = await packRelease({ name: stem, tool: scanner, flat: true, ...built })
    await writeFile(join(fresh, file), tarball)
    await writeFile(join(fresh, `${scanner}_${version}_checksums.txt`), `${sha256(tarball)}  ${file}\n`)
  })
  const tarball = join(folder, file)
  const unpacked = await once(`tools-${target}/${scanner}-${version}`, async fresh =>
    unpackRelease(await readFile(tarball), fresh),
  )
  return {
    version,
    mirrorFolder: join(kitCache(), `releases-${target}`),
    tarball,
    sha256: sha256(await readFile(tarball)),
    binary: join(unpacked, scanner),
  }
}
