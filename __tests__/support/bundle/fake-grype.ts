import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { noteCall } from './fake-calls.ts'

/**
 * grype in small: it takes a database (JSON of {@link FakeDatabase}) and matches it with the apks of an SPDX document by
 * their names. `FAKE_GRYPE` says how a scan goes wrong: `crash`, `garbage`, `blind`.
 */
export interface FakeDatabase {
  readonly vulnerabilities: readonly FakeVulnerability[]
}

export interface FakeVulnerability {
  readonly id: string
  readonly package: string
  /** In grype's spelling: `Critical`. */
  readonly severity: string
  readonly fixedIn?: readonly string[]
  readonly description?: string
  readonly epss?: number
  readonly exploited?: boolean
}

const argv = process.argv.slice(2)
const folder = join(process.env['GRYPE_DB_CACHE_DIR'] ?? '', '6')
const database = async (): Promise<FakeDatabase> =>
  JSON.parse(await readFile(join(folder, 'vulnerability.db'), 'utf8')) as FakeDatabase
const fail = (words: string): void => {
  process.stderr.write(`[0000] ERROR ${words}\n`)
  process.exitCode = 1
}

const line = argv.join(' ')
if (line.startsWith('db import ')) {
  await noteCall('grype', argv)
  await mkdir(folder, { recursive: true })
  const text = await readFile(argv[2] ?? '', 'utf8')
  if (text.startsWith('{')) await writeFile(join(folder, 'vulnerability.db'), text)
  else fail('failed to read db: unexpected EOF')
} else {
  await noteCall('grype', argv)
  await scan(process.env['FAKE_GRYPE'])
}

interface SpdxPackage {
  readonly name: string
  readonly versionInfo: string
}

async function scan(trouble: string | undefined): Promise<void> {
  if (trouble === 'crash') return fail('runtime error: invalid memory address or nil pointer dereference')
  const value = (kind: string): string =>
    argv.find(word => word.startsWith(`${kind}=`))?.slice(kind.length + 1) ?? ''
  const sbom = argv.find(word => word.startsWith('sbom:'))?.slice('sbom:'.length)
  if (sbom === undefined) return writeFile(value('json'), JSON.stringify({ matches: [] }))
  const { packages } = JSON.parse(await readFile(sbom, 'utf8')) as {
    readonly packages: readonly SpdxPackage[]
  }
  // The fake apko's own document has neither the distribution nor package URLs.
  const apks = packages.flatMap(({ name, versionInfo: version }) =>
    name.startsWith('sha256:') || name === 'alpine'
      ? []
      : [{ name, version, purl: `pkg:apk/alpine/${name}@${version}`, type: 'apk' }],
  )
  const { vulnerabilities } = await database()
  const matches = apks.flatMap(artifact =>
    vulnerabilities
      .filter(each => each.package === artifact.name)
      .map(each => ({ vulnerability: vulnerabilityOf(each), relatedVulnerabilities: [], artifact })),
  )
  const distro = { name: 'alpine', version: '3.22.1' }
  const descriptor = {
    name: 'grype',
    version: '0.121.2',
    db: { status: {}, providers: { alpine: {} } },
  }
  await mkdir(dirname(value('json')), { recursive: true })
  await writeFile(
    value('json'),
    trouble === 'garbage' ? '<html>' : JSON.stringify({ matches, distro, descriptor }),
  )
  await writeFile(
    value('cyclonedx-json'),
    JSON.stringify({ bomFormat: 'CycloneDX', components: trouble === 'blind' ? [] : apks }),
  )
}

function vulnerabilityOf({
  id,
  severity,
  fixedIn = [],
  description = '',
  epss,
  exploited = false,
}: FakeVulnerability) {
  return {
    id,
    dataSource: `https://security.example/${id}`,
    severity,
    description,
    fix: { versions: fixedIn, state: fixedIn.length === 0 ? 'not-fixed' : 'fixed' },
    ...(epss === undefined ? {} : { epss: [{ cve: id, epss, percentile: 0.9, date: '2026-01-01' }] }),
    ...(exploited ? { knownExploited: [{ cve: id }] } : {}),
  }
}
