/**
 * Adds a release to the catalogue: node scripts/catalogue.ts apko 1.2.40 [--mirror URL] [--file PATH]
 *
 * Every tarball of the release is downloaded and hashed here, and must be what the release's checksums.txt says. That guards
 * against a slip, not against a bad release: compare with a second source before you commit.
 */
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import semver from 'semver'
import type { ToolReleases } from '../src/tools/catalogue.ts'
import { parseChecksums } from '../src/tools/published.ts'
import { releasePages } from '../src/tools/release-pages.ts'
import { checksumsName, checksumsUrl, stemOf, tarballUrl, type Tarball } from '../src/tools/release.ts'

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    mirror: { type: 'string', default: 'https://github.com' },
    file: { type: 'string', default: fileURLToPath(new URL('../src/tools/catalogue.json', import.meta.url)) },
  },
})
const [name, given = ''] = positionals
const version = semver.clean(given)
if (!isTool(name) || version === null) {
  throw new Error(
    `usage: node scripts/catalogue.ts ${Object.keys(releasePages).join('|')} VERSION [--mirror URL] [--file PATH]`,
  )
}

const release = { name, version, platform: '' } as const
const published = parseChecksums((await download(checksumsUrl(values.mirror, release))).toString('utf8'))
const platforms = ['linux', 'darwin']
  .flatMap(os => releasePages[name].architectures.map(architecture => `${os}_${architecture}`))
  .filter(platform => published.has(`${stemOf({ ...release, platform })}.tar.gz`))
  .toSorted((a, b) => a.localeCompare(b))
if (platforms.length === 0)
  throw new Error(`${checksumsName(release)} of ${name} ${version} names no tarball`)

const hashed: Record<string, string> = {}
for (const platform of platforms) {
  hashed[platform] = await hash({ ...release, platform })
  console.log(`${name} ${version} ${platform}: ${hashed[platform]}`)
}
await record(hashed)

async function hash(tarball: Tarball): Promise<string> {
  const url = tarballUrl(values.mirror, tarball)
  const got = createHash('sha256')
    .update(await download(url))
    .digest('hex')
  const said = published.get(new URL(url).pathname.split('/').at(-1) ?? '')
  if (got !== said)
    throw new Error(`${url} has sha256 ${got}, but checksums.txt says ${said}: nothing is recorded`)
  return got
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(300_000) })
  if (!response.ok) throw new Error(`${url}: ${response.status}`)
  return Buffer.from(await response.arrayBuffer())
}

function isTool(text: string | undefined): text is Tarball['name'] {
  return text !== undefined && Object.hasOwn(releasePages, text)
}

/** Versions stay in order, and what is known is never changed. */
async function record(added: Readonly<Record<string, string>>): Promise<void> {
  const catalogue = JSON.parse(await readFile(values.file, 'utf8')) as Record<
    typeof release.name,
    ToolReleases
  >
  const versions = { ...catalogue[release.name] }
  for (const [platform, sha256] of Object.entries(versions[release.version] ?? {})) {
    if ((added[platform] ?? sha256) === sha256) continue
    throw new Error(
      `the catalogue has another sha256 for ${release.name} ${release.version} ${platform}: ${sha256}`,
    )
  }
  versions[release.version] = { ...versions[release.version], ...added }
  const ordered = semver.sort(Object.keys(versions)).map(each => [each, versions[each]] as const)
  const changed = { ...catalogue, [release.name]: Object.fromEntries(ordered) }
  await writeFile(values.file, `${JSON.stringify(changed, undefined, 2)}\n`)
}
