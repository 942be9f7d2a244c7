import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import type { Handler } from '../sigstore/service.ts'
import type { BlobContainer } from './blob-container.ts'
import { textOf, twirp, TwirpError, type Message } from './twirp.ts'

/** An artifact whose upload was finished. */
export interface StoredArtifact {
  readonly id: string
  readonly name: string
  /** `sha256:…` of its zip. */
  readonly digest: string
  readonly zip: Buffer
}

/** GitHub's artifact service (v4): methods and messages of github.actions.results.api.v1.ArtifactService. */
export interface ArtifactService {
  readonly handle: Handler
  /** In the order in which their uploads ended. */
  readonly stored: readonly StoredArtifact[]
}

/** `url` is what blobs are reached at. */
export function artifactService(blobs: BlobContainer, url: () => string): ArtifactService {
  const stored: StoredArtifact[] = []
  const begun = new Map<string, string>()
  let last = 1000
  const signed = (id: string): string => url() + blobs.sign(pathOf(id))
  const find = (name: string): StoredArtifact => {
    const found = stored.find(each => each.name === name)
    if (found === undefined) throw new TwirpError(404, 'not_found', `no artifact ${name}`)
    return found
  }
  const handle = twirp({
    CreateArtifact(message) {
      const name = nameOf(message)
      if (Number(textOf(message, 'version')) < 4) throw new TwirpError(400, 'malformed', 'an old version')
      if (begun.has(name)) {
        const problem = 'an artifact with this name already exists on the workflow run'
        throw new TwirpError(409, 'already_exists', problem)
      }
      const id = String((last += 1))
      begun.set(name, id)
      return { ok: true, signed_upload_url: signed(id) }
    },
    FinalizeArtifact(message) {
      const name = nameOf(message)
      const id = begun.get(name) ?? ''
      const zip = blobs.find(pathOf(id))
      if (zip === undefined || zip.length !== Number(textOf(message, 'size'))) {
        throw new TwirpError(400, 'invalid_argument', 'the size is another')
      }
      const digest = `sha256:${createHash('sha256').update(zip).digest('hex')}`
      const hash = textOf(message, 'hash')
      if (hash !== '' && hash !== digest) throw new TwirpError(400, 'invalid_argument', 'the hash is another')
      stored.push({ id, name, digest, zip })
      return { ok: true, artifact_id: id }
    },
    ListArtifacts(message) {
      const [name, id] = [textOf(message, 'name_filter'), textOf(message, 'id_filter')]
      const found = stored.filter(each => (name || each.name) === each.name && (id || each.id) === each.id)
      return { artifacts: found.map(each => listed(each, message)) }
    },
    GetSignedArtifactURL(message) {
      return { signed_url: signed(find(nameOf(message)).id) }
    },
    DeleteArtifact(message) {
      const { id, name } = find(nameOf(message))
      stored.splice(
        stored.findIndex(each => each.id === id),
        1,
      )
      begun.delete(name)
      return { ok: true, artifact_id: id }
    },
  })
  return { handle, stored }
}

function pathOf(id: string): string {
  return `/artifacts/${id}.zip`
}

/** The service takes no name that a file system may not have. */
function nameOf(message: Message): string {
  const name = textOf(message, 'name')
  if (name === '' || /["<>:|*?\r\n\\/]/.test(name) || basename(name) !== name) {
    throw new TwirpError(400, 'invalid_argument', `${JSON.stringify(name)} is no name of an artifact`)
  }
  return name
}

function listed({ id, name, digest, zip }: StoredArtifact, message: Message): object {
  return {
    workflow_run_backend_id: textOf(message, 'workflow_run_backend_id'),
    workflow_job_run_backend_id: textOf(message, 'workflow_job_run_backend_id'),
    database_id: id,
    name,
    size: String(zip.length),
    created_at: new Date().toISOString(),
    digest,
  }
}
