import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { pack, type Header } from 'tar-stream'
import { sha256Hex } from '../../../src/domain/digest.ts'
import type { ToolName } from '../../../src/domain/tool.ts'

export interface TarEntry extends Partial<Header> {
  readonly name: string
  readonly content?: string | Uint8Array
}

/** A gzipped tar of these entries, one after the other. */
export async function tarball(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack()
  for (const { content, ...header } of entries) {
    if (content === undefined) archive.entry(header, () => {})
    else archive.entry(header, Buffer.from(content))
  }
  archive.finalize()
  return gzipSync(await buffer(Readable.from(archive)), { level: 1 })
}

/** A tool that tells its version and flags, and counts how often it was asked in the file `$ASKED`. */
export function toolScript(version: string, more = ''): string {
  return `#!/bin/sh
${more}
[ -z "$ASKED" ] || echo "$*" >> "$ASKED"
case "$1" in
  version) printf 'a banner\\n\\nGitVersion:    v${version}\\nGitCommit:     unknown\\n' ;;
  build) printf 'Usage:\\n\\nFlags:\\n      --arch strings   archs\\n  -k, --keyring-append strings   keys\\n' ;;
esac
`
}

/** 32 bytes that do not compress. */
function digestBytes(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

export interface MadeRelease {
  readonly sha256: string
  readonly bytes: Buffer
  /** Path that a release server serves it at. */
  readonly path: string
}

/** Puts a release tarball below `folder` as the release pages have it, with ballast so that it has some length. */
export async function makeRelease(
  folder: string,
  name: ToolName,
  { version, platform, entries }: { version: string; platform: string; entries?: readonly TarEntry[] },
): Promise<MadeRelease> {
  const stem = `${name}_${version}_${platform}`
  const ballast = Buffer.concat(Array.from({ length: 10_000 }, (_, index) => digestBytes(`${index}`)))
  const bytes = await tarball(
    entries ?? [
      { name: `${stem}/LICENSE`, content: ballast },
      { name: `${stem}/${name}`, content: toolScript(version), mode: 0o644 },
    ],
  )
  const path = `/chainguard-dev/${name}/releases/download/v${version}/${stem}.tar.gz`
  await mkdir(dirname(join(folder, path)), { recursive: true })
  await writeFile(join(folder, path), bytes)
  return { sha256: sha256Hex(bytes), bytes, path }
}
