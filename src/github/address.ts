import { Failure } from '../domain/failure.ts'

/**
 * Address of a request: a path below the API, or an absolute one that GitHub named itself (`upload_url`, the next page).
 * The token goes to GitHub's own hosts only: fails with GITHUB_REFUSED for an address elsewhere, or one that is not https.
 */
export function addressOf(path: string, api: string): string {
  if (path.startsWith('/')) return `${api.replace(/\/+$/, '')}${path}`
  const url = URL.parse(path)
  const own = new URL(api)
  const isOwn = url !== null && siteOf(url) === siteOf(own) && url.protocol === own.protocol
  if (isOwn) return url.href
  throw new Failure(
    'GITHUB_REFUSED',
    `${own.host} names an address that is not its own: ${url?.origin ?? 'no URL'}`,
    {
      hint: 'Is the API that of GitHub itself, and not of a proxy?',
    },
  )
}

/** `github.com` for `api.github.com` and `uploads.github.com`. */
function siteOf({ hostname }: URL): string {
  return hostname.replace(/^(api|uploads)\./, '')
}
