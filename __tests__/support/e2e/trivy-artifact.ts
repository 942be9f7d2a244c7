import { readFile } from 'node:fs/promises'
import { digestOf } from '../../../src/domain/digest.ts'

/** Puts a database of trivy into a registry as the artifact that trivy fetches. */
export async function pushTrivyDatabase(archive: string, repository: string, tag: string): Promise<void> {
  const [host = '', ...path] = repository.split('/')
  const base = `http://${host}/v2/${path.join('/')}`
  const put = async (bytes: Buffer, mediaType: string) => {
    const digest = digestOf(bytes)
    const begun = await fetch(`${base}/blobs/uploads/`, { method: 'POST' })
    const place = new URL(begun.headers.get('location') ?? '', base)
    place.searchParams.set('digest', digest)
    await done(fetch(place, { method: 'PUT', body: new Uint8Array(bytes) }))
    return { mediaType, digest, size: bytes.length }
  }
  const layer = await put(await readFile(archive), 'application/vnd.aquasec.trivy.db.layer.v1.tar+gzip')
  const config = await put(Buffer.from('{}'), 'application/vnd.aquasec.trivy.config.v1+json')
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config,
    layers: [{ ...layer, annotations: { 'org.opencontainers.image.title': 'db.tar.gz' } }],
  }
  const headers = { 'content-type': mediaType }
  await done(fetch(`${base}/manifests/${tag}`, { method: 'PUT', headers, body: JSON.stringify(manifest) }))
}

async function done(asked: Promise<Response>): Promise<void> {
  const answer = await asked
  if (!answer.ok) throw new Error(`${answer.url} answered ${answer.status}`)
}
