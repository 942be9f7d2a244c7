import type { Ports } from '../ports.ts'
import { bytesOf } from './bytes.ts'
import { checksumsUrl, stemOf, type Tarball } from './release.ts'

const patience = 5_000
const mostBytes = 1024 * 1024

/**
 * What the release's own file of checksums says of the tarball. It comes from where the tarball comes from, so it is no proof,
 * only a hint; undefined when it cannot be had in a moment.
 */
export async function publishedSha256(
  tarball: Tarball,
  mirror: string,
  { http, log }: Pick<Ports, 'http' | 'log'>,
): Promise<string | undefined> {
  const url = checksumsUrl(mirror, tarball)
  try {
    const { status, body } = await http.send({ method: 'GET', url, idleTimeout: patience })
    try {
      if (status !== 200) return undefined
      const chunks: Uint8Array[] = []
      let size = 0
      for await (const chunk of bytesOf(body)) {
        chunks.push(chunk)
        size += chunk.length
        if (size > mostBytes) return undefined
      }
      return parseChecksums(Buffer.concat(chunks).toString('utf8')).get(`${stemOf(tarball)}.tar.gz`)
    } finally {
      body.destroy()
    }
  } catch (error) {
    log.debug(`${url}: ${String(error)}`)
    return undefined
  }
}

/** Name → sha256 (hex) of a file as `sha256sum` writes it; other lines are passed over. */
export function parseChecksums(text: string): ReadonlyMap<string, string> {
  const entries = text.split(/\r?\n/).flatMap(line => {
    const [, hex, name] = /^([0-9a-fA-F]{64}) [ *](\S+)$/.exec(line.trimEnd()) ?? []
    return hex === undefined || name === undefined ? [] : [[name, hex.toLowerCase()] as const]
  })
  return new Map(entries)
}
