import { readFile } from 'node:fs/promises'
import { KitFailure } from './kit-failure.ts'
import { sha256 } from './release-tarball.ts'

const pages = 'https://github.com'
const probed = '/chainguard-dev/apko/releases/download/v1.2.31/apko_1.2.31_linux_amd64.tar.gz'
const catalogue = new URL('../../src/tools/catalogue.json', import.meta.url)

/** Path of a release's tarball, below the release pages as below a mirror of them. */
export function releasePath(tool: string, version: string, file: string): string {
  return `/chainguard-dev/${tool}/releases/download/v${version}/${file}`
}

/** Whether release pages are in reach of this machine. One request, at most five seconds. */
export async function reachesReleases(): Promise<boolean> {
  const asked = fetch(pages + probed, { method: 'HEAD', signal: AbortSignal.timeout(5000) })
  return await asked.then(
    answer => answer.ok,
    () => false,
  )
}

/** The tarball at the path; a KitFailure when it does not have the given sha256. */
export async function downloadRelease(path: string, expected: string): Promise<Buffer> {
  const answer = await fetch(pages + path, { signal: AbortSignal.timeout(300_000) })
  if (!answer.ok) throw new Error(`${pages}${path} answered ${answer.status}`)
  const tarball = Buffer.from(await answer.arrayBuffer())
  const found = sha256(tarball)
  if (found === expected) return tarball
  throw new KitFailure(
    `${pages}${path} has the sha256 ${found}, but src/tools/catalogue.json says ${expected}.`,
  )
}

/** sha256 that the action's own catalogue pins for the version and `<os>_<arch>`; undefined for an unknown one. */
export async function pinnedSha256(
  tool: string,
  version: string,
  target: string,
): Promise<string | undefined> {
  const text = await readFile(catalogue, 'utf8').catch(() => '{}')
  const pins = JSON.parse(text) as Partial<Record<string, Record<string, Record<string, string>>>>
  return pins[tool]?.[version]?.[target]
}
