import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { Transient } from '../domain/transient.ts'
import type { HttpResponse, Ports } from '../ports.ts'
import { notTarball, refusalOf, startsAsGzip } from './answer.ts'
import { bytesOf } from './bytes.ts'
import { watchDisk } from './full-disk.ts'
import { openPartialFile, type PartialFile } from './partial-file.ts'
import { openProgress } from './progress.ts'
import { stemOf, tarballUrl, titleOf, type Release } from './release.ts'

type DownloadPorts = Pick<Ports, 'http' | 'patience' | 'clock' | 'log'>

/**
 * Downloads the tarball into `folder`, in as many pieces as the line needs, and answers its path once its sha256 is right.
 * Fails with DOWNLOAD_FAILED, NETWORK_FAILED, CHECKSUM_MISMATCH or DISK_FULL.
 */
export async function downloadTarball(
  release: Release,
  folder: string,
  ports: DownloadPorts,
): Promise<string> {
  const path = join(folder, `${stemOf(release)}.tar.gz`)
  await watchDisk(folder, async () => {
    await using file = await openPartialFile(path)
    await ports.patience.retry(`download of ${titleOf(release)}`, () => fetchRest(release, file, ports))
    verify(release, file.sha256())
  })
  return path
}

async function fetchRest(release: Release, file: PartialFile, ports: DownloadPorts): Promise<void> {
  const { http, clock } = ports
  const response = await http.send({
    method: 'GET',
    url: tarballUrl(release.mirror, release),
    headers: resumption(file),
  })
  try {
    const refusal = refusalOf(response, release, clock.now())
    if (response.status === 416) await file.restart()
    if (refusal !== undefined) throw refusal
    if (!continues(response, file)) await file.restart()
    if (response.status === 206 && file.received === 0) throw wrongPart(release)
    file.validator = validatorOf(response)
    await receive(release, response, { file, ports })
  } finally {
    response.body.destroy()
  }
}

async function receive(
  release: Release,
  response: HttpResponse,
  { file, ports }: { readonly file: PartialFile; readonly ports: DownloadPorts },
): Promise<void> {
  const length = Number(response.headers['content-length'] ?? Number.NaN)
  const total = file.received + length
  const progress = openProgress(titleOf(release), total, ports)
  for await (const chunk of bytesOf(response.body)) {
    if (file.received === 0 && !startsAsGzip(chunk)) throw notTarball(release, looks(chunk))
    await file.append(chunk)
    progress.at(file.received)
  }
  const { received } = file
  if (Number.isNaN(total) || received === total) return
  if (received > total) await file.restart()
  throw new Transient(
    new Failure(
      'DOWNLOAD_FAILED',
      `the tarball of ${titleOf(release)} came with ${received} of ${total} bytes`,
      { hint: `Look whether ${release.mirror} or a proxy in front of it cuts long answers.` },
    ),
  )
}

/** RFC 9110, 13.1.5: the rest is sent only if it belongs to the same bytes, else all of it. */
function resumption({ received, validator }: PartialFile): Record<string, string> {
  if (received === 0 || validator === undefined) return {}
  return { range: `bytes=${received}-`, 'if-range': validator }
}

function continues({ status, headers }: HttpResponse, { received, validator }: PartialFile): boolean {
  if (status !== 206) return false
  const from = /^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1]
  return Number(from) === received && received > 0 && validator !== undefined
}

function wrongPart(release: Release): Transient {
  const message = `${release.mirror} sent another part of ${titleOf(release)} than was asked for`
  return new Transient(new Failure('DOWNLOAD_FAILED', message))
}

function validatorOf({ headers }: HttpResponse): string | undefined {
  const { etag } = headers
  return etag !== undefined && !etag.startsWith('W/') ? etag : headers['last-modified']
}

function looks(chunk: Uint8Array): string {
  const start = Buffer.from(chunk.subarray(0, 512)).toString('latin1').trimStart()
  return start.startsWith('<') ? 'an HTML page' : 'something that is not gzip'
}

function verify(release: Release, got: string): void {
  if (got === release.sha256) return
  throw new Failure(
    'CHECKSUM_MISMATCH',
    `the tarball of ${titleOf(release)} from ${release.mirror} has sha256 ${got}; expected: ${release.sha256}`,
    {
      hint: `Nothing of it was kept. Do not use it, unless the mirror serves a build of your own: then give ${release.name}-sha256.`,
    },
  )
}
