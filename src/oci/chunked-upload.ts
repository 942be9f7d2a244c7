import type { HttpResponse } from '../ports.ts'
import type { BlobSource } from './blob-source.ts'
import type { RegistrySession } from './registry-session.ts'
import { closingUrl, doingOf, expectStatus, nextUrl, startUpload, type UploadPlace } from './upload-place.ts'

/** An upload in several requests that can go on after it broke. */
export interface ChunkedUpload {
  /** Sends what the registry does not have yet, and closes the upload. Throws Transient when it broke; then call it again. */
  proceed(): Promise<void>
}

/** Below this no request is made smaller, however often the registry finds it too large. */
const smallestChunk = 128 * 1024

/** Milliseconds that a registry may take to store a blob once it has all of it. */
export const commitTimeout = 300_000

/** Uploads in parts of `chunkSize` bytes; in smaller ones when the registry answers 413. */
export function openChunkedUpload(
  session: RegistrySession,
  source: BlobSource,
  chunkSize: number,
): ChunkedUpload {
  const { descriptor } = source
  const doing = doingOf(session, descriptor)
  const headers = { 'content-type': 'application/octet-stream' }
  let size = chunkSize
  let place: UploadPlace | undefined
  let offset = 0

  const sendPart = async (at: UploadPlace): Promise<UploadPlace> => {
    const start = offset
    const end = Math.min(descriptor.size, start + Math.max(size, at.leastChunk))
    const response = await session.send({
      method: 'PATCH',
      url: at.url,
      headers: { ...headers, 'content-range': `${start}-${end - 1}`, 'content-length': `${end - start}` },
      body: () => source.read(start, end),
    })
    const smaller = Math.floor((end - start) / 2)
    if (response.status === 413 && smaller >= Math.max(smallestChunk, at.leastChunk)) {
      response.body.resume()
      size = smaller
      return at
    }
    await expectStatus(session, response, { doing, statuses: [202] })
    const received = receivedBytes(response) ?? end
    offset = received > start && received < end ? received : end
    return { ...at, url: nextUrl(session, response) }
  }

  return {
    async proceed() {
      const resumed = place === undefined ? undefined : await askStatus(session, source, place)
      place = resumed?.place ?? (await startUpload(session, descriptor))
      offset = resumed?.offset ?? 0
      while (place !== undefined && offset < descriptor.size) place = await sendPart(place)
      if (place === undefined) return
      const response = await session.send({
        method: 'PUT',
        url: closingUrl(place, descriptor.digest),
        headers: { ...headers, 'content-length': '0' },
        idleTimeout: commitTimeout,
      })
      await expectStatus(session, response, { doing, statuses: [201] })
    },
  }
}

/** How far the registry got; undefined when it does not know the upload any more, or can't tell. */
async function askStatus(
  session: RegistrySession,
  source: BlobSource,
  place: UploadPlace,
): Promise<{ readonly place: UploadPlace; readonly offset: number } | undefined> {
  const response = await session.send({ method: 'GET', url: place.url })
  if (response.status >= 500 || response.status === 429) {
    throw await session.refusal(doingOf(session, source.descriptor), response)
  }
  response.body.resume()
  const offset = receivedBytes(response)
  if (response.status !== 204 || offset === undefined || offset > source.seen) return undefined
  const url = response.headers['location'] === undefined ? place.url : nextUrl(session, response)
  return { place: { ...place, url }, offset }
}

/** Bytes that the registry has by its Range header (`0-1023`); `0-0` is how it says none. */
function receivedBytes(response: HttpResponse): number | undefined {
  const last = /^(?:bytes=)?0-(\d{1,15})$/.exec(response.headers['range'] ?? '')?.[1]
  return last === undefined ? undefined : last === '0' ? 0 : Number(last) + 1
}
