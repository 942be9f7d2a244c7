import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { packRelease } from '../../../scripts/kit/release-tarball.ts'
import { architectureOfNode } from '../../../src/domain/architecture.ts'
import { sha256Hex } from '../../../src/domain/digest.ts'
import type { BuilderName } from '../../../src/domain/tool.ts'
import { fakeTool, usualVersions, type FakeVersion } from './fake-tool.ts'

/** `linux_amd64`: what this machine takes a tarball for. */
export const platform = `${process.platform}_${architectureOfNode(process.arch)?.name ?? process.arch}`

export interface FakeRelease {
  /** Absolute path of the tarball. */
  readonly file: string
  /** Path that a server of the folder serves it at. */
  readonly path: string
  /** sha256 (hex) of the tarball. */
  readonly sha256: string
}

export interface ReleaseWish {
  /** Where the release pages are mirrored. */
  readonly folder: string
  readonly tool: BuilderName
  readonly version?: FakeVersion
  /** A tarball to take instead of a good one. */
  readonly bytes?: Buffer
}

/** Puts the tarball of a fake tool where the release pages have it. */
export async function putRelease({
  folder,
  tool,
  version = usualVersions[tool],
  bytes,
}: ReleaseWish): Promise<FakeRelease> {
  const name = `${tool}_${version.version}_${platform}`
  const path = `/chainguard-dev/${tool}/releases/download/v${version.version}/${name}.tar.gz`
  const [binary, licence] = [Buffer.from(await fakeTool(tool, version)), Buffer.from('a licence\n')]
  const tarball = bytes ?? (await packRelease({ name, tool, binary, licence }))
  const file = join(folder, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, tarball)
  return { file, path, sha256: sha256Hex(tarball) }
}
