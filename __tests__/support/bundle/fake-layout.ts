import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { tarEnd, tarEntry, writeEntry } from '../../../scripts/kit/tar.ts'
import { digestOf, hexOf, sha256Hex } from '../../../src/domain/digest.ts'
import { mediaTypes } from '../../../src/oci/media-type.ts'

export interface FakeInstalled {
  readonly name: string
  readonly version: string
  readonly arch: string
  /** Of its control part. */
  readonly checksum: string
  /** Names of packages that it needs. */
  readonly depends?: readonly string[]
}

export interface FakeLayout {
  /** Answers the digest of the layer. */
  addPlatform(platform: string, installed: readonly FakeInstalled[]): Promise<string>
  /** Writes index.json, the image's own index as apko has it; answers its digest. */
  finish(): Promise<string>
}

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip'

export async function openFakeLayout(folder: string): Promise<FakeLayout> {
  const manifests: object[] = []
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true })
  const put = async (content: string | Buffer, mediaType: string) => {
    const bytes = Buffer.from(content)
    const digest = digestOf(bytes)
    await writeFile(join(folder, 'blobs/sha256', hexOf(digest)), bytes)
    return { mediaType, size: bytes.length, digest }
  }
  return {
    async addPlatform(name, installed) {
      const [os = '', architecture = '', variant] = name.split('/')
      const tar = layerOf(installed)
      const layer = await put(gzipSync(tar), layerType)
      const rootfs = { type: 'layers', diff_ids: [`sha256:${sha256Hex(tar)}`] }
      const config = await put(
        JSON.stringify({ architecture, os, rootfs }),
        mediaTypes.manifest.replace('manifest', 'config'),
      )
      const manifest = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers: [layer] }
      const platform = { architecture, os, ...(variant === undefined ? {} : { variant }) }
      manifests.push({ ...(await put(JSON.stringify(manifest), mediaTypes.manifest)), platform })
      return layer.digest
    },
    async finish() {
      const index = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.index, manifests })
      await writeFile(join(folder, 'index.json'), index)
      await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
      return digestOf(index)
    },
  }
}

function layerOf(installed: readonly FakeInstalled[]): Buffer {
  const stanzas = installed.map(({ name, version, arch, checksum, depends = [] }) =>
    [
      `P:${name}`,
      `V:${version}`,
      `A:${arch}`,
      `C:${checksum}`,
      'S:1000',
      'I:2000',
      'L:MIT',
      `o:${name}`,
      ...(depends.length === 0 ? [] : [`D:${depends.join(' ')}`]),
      '',
    ].join('\n'),
  )
  const files = {
    'etc/os-release': 'ID=alpine\nVERSION_ID=3.22.1\n',
    'usr/lib/apk/db/installed': stanzas.join('\n'),
  }
  const entries = Object.entries(files).map(([name, text]) =>
    writeEntry(tarEntry(name, { data: Buffer.from(text) })),
  )
  return Buffer.concat([...entries, tarEnd])
}
