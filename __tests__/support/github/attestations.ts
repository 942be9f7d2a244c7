import { notFound, type Area } from './area.ts'

/** GitHub's store of attestations. */
export function openAttestations(): { readonly stored: readonly unknown[]; readonly area: Area } {
  const stored: unknown[] = []
  const bundles = (digest: string): readonly unknown[] =>
    stored.filter(bundle => subjectsOf(bundle).includes(digest))
  const area: Area = {
    'POST /repos/{owner}/{repo}/attestations': ({ body }) => ({
      status: 201,
      body: { id: 100 + stored.push(body['bundle']) },
    }),
    'GET /repos/{owner}/{repo}/attestations/{subject_digest}': ({ params }) => {
      const found = bundles(params['subject_digest'] ?? '')
      if (found.length === 0) return notFound
      return { status: 200, body: { attestations: found.map(bundle => ({ bundle, repository_id: 1 })) } }
    },
  }
  return { stored, area }
}

function subjectsOf(bundle: unknown): readonly string[] {
  const { dsseEnvelope } = bundle as { readonly dsseEnvelope?: { readonly payload?: string } }
  try {
    const statement = JSON.parse(Buffer.from(dsseEnvelope?.payload ?? '', 'base64').toString('utf8')) as {
      readonly subject: readonly { readonly digest: { readonly sha256: string } }[]
    }
    return statement.subject.map(each => `sha256:${each.digest.sha256}`)
  } catch {
    return []
  }
}
