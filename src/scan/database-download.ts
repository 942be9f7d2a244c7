import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '../domain/failure.ts'
import { formatSize } from '../domain/size.ts'
import { Transient } from '../domain/transient.ts'
import type { Ports } from '../ports.ts'
import { databaseFailure, fullDisk, refusedAnswer, unreachable } from './database-failure.ts'
import { withoutLogin } from './database-wish.ts'

export interface DatabaseArchive {
  readonly url: string
  /** That it must have, hex. */
  readonly sha256: string
}

const pace = 10_000

/** Downloads an archive to `path`, again from its start after an outage. Fails with SCAN_FAILED, a wrong checksum too, or DISK_FULL. */
export async function downloadDatabase(
  { url, sha256 }: DatabaseArchive,
  path: string,
  ports: Pick<Ports, 'http' | 'patience' | 'clock' | 'log'>,
): Promise<void> {
  const what = `the database ${withoutLogin(url)}`
  try {
    const got = await ports.patience.retry('download of the database', () =>
      fetchTo(url, path, { what, ports }),
    )
    if (got === sha256) return
    throw databaseFailure(
      `${what} has sha256 ${got}, but the listing says ${sha256}`,
      'Nothing of it was kept. A mirror that is being updated, or a proxy in between? Run it again, or give another scan-database.',
    )
  } catch (error) {
    throw fullDisk(unreachable(error, what), path)
  }
}

async function fetchTo(
  url: string,
  path: string,
  { what, ports }: { readonly what: string; readonly ports: Pick<Ports, 'http' | 'clock' | 'log'> },
): Promise<string> {
  const { http, clock, log } = ports
  const response = await http.send({ method: 'GET', url })
  try {
    const refusal = refusedAnswer(response, what, clock.now())
    if (refusal !== undefined) throw refusal
    const total = Number(response.headers['content-length'] ?? Number.NaN)
    const hash = createHash('sha256')
    let received = 0
    let told = clock.now().getTime()
    const watch = new Transform({
      transform(chunk: Buffer, _, done) {
        hash.update(chunk)
        received += chunk.length
        const now = clock.now().getTime()
        if (now - told >= pace) {
          told = now
          const of = Number.isNaN(total) ? '' : ` of ${formatSize(total)}`
          log.info(`download of the database: ${formatSize(received)}${of}`)
        }
        done(null, chunk)
      },
    })
    await pipeline(response.body, watch, createWriteStream(path))
    if (!Number.isNaN(total) && received !== total) {
      throw new Transient(
        new Failure('SCAN_FAILED', `${what} came with ${received} of ${total} bytes`, {
          hint: 'Look whether a proxy cuts long answers.',
        }),
      )
    }
    return hash.digest('hex')
  } finally {
    response.body.destroy()
  }
}
