import { gunzipSync } from 'node:zlib'
import { notFound, refused, type Area } from './area.ts'

/** What a repository's code scanning got, and how it will deal with the next uploads. */
export interface CodeScanning {
  readonly area: Area
  /** Documents that came, unpacked, in their order. */
  readonly uploads: readonly Upload[]
  /** Answers of the status that come before the last one; none unless told. */
  pending(times: number): void
  /** The next upload is told to be broken in these words. */
  fail(...errors: readonly string[]): void
  /** Uploads are refused as GitHub refuses them where code scanning is off. */
  disable(): void
}

export interface Upload {
  readonly commit: string
  readonly ref: string
  readonly tool: string
  readonly sarif: unknown
}

/** GitHub refuses what is larger, compressed. */
const most = 10 * 1024 * 1024

export function openCodeScanning(): CodeScanning {
  const uploads: Upload[] = []
  const states = new Map<string, { waits: number; readonly errors: readonly string[] }>()
  let waits = 0
  let errors: readonly string[] = []
  let isOn = true
  const area: Area = {
    'POST /repos/{owner}/{repo}/code-scanning/sarifs': ({ body }, { api, owner, repo }) => {
      if (!isOn)
        return refused(
          403,
          'Code scanning is not enabled for this repository. Please enable code scanning in the repository settings.',
        )
      const gzip = Buffer.from(textOf(body['sarif']), 'base64')
      if (gzip.length > most) return refused(413, 'Payload too large')
      let sarif: unknown
      try {
        sarif = JSON.parse(gunzipSync(gzip).toString('utf8'))
      } catch {
        return refused(400, 'Invalid SARIF. The SARIF is not a gzip-compressed, Base64-encoded JSON.')
      }
      const tool = textOf(body['tool_name'])
      const count = uploads.push({
        commit: textOf(body['commit_sha']),
        ref: textOf(body['ref']),
        tool,
        sarif,
      })
      const id = `47177e22-5596-11eb-80a1-c1e54ef945${String(count).padStart(2, '0')}`
      states.set(id, { waits, errors })
      errors = []
      return { status: 202, body: { id, url: `${api}/repos/${owner}/${repo}/code-scanning/sarifs/${id}` } }
    },
    'GET /repos/{owner}/{repo}/code-scanning/sarifs/{sarif_id}': ({ params }, { api, owner, repo }) => {
      const id = params['sarif_id'] ?? ''
      const state = states.get(id)
      if (state === undefined) return notFound
      state.waits -= 1
      if (state.waits >= 0) return { status: 200, body: { processing_status: 'pending' } }
      if (state.errors.length > 0)
        return { status: 200, body: { processing_status: 'failed', errors: state.errors } }
      const analyses_url = `${api}/repos/${owner}/${repo}/code-scanning/analyses?sarif_id=${id}`
      return { status: 200, body: { processing_status: 'complete', analyses_url } }
    },
  }
  return {
    area,
    uploads,
    pending: times => void (waits = times),
    fail: (...words) => void (errors = words),
    disable: () => void (isOn = false),
  }
}

/** The form was checked before. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')
