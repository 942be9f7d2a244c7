import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KitFailure } from './kit-failure.ts'
import { findProgram, run } from './kit-run.ts'

/** What the local distribution is made of; apt adds what these depend on. */
const wanted = [
  'busybox-static',
  'ca-certificates',
  'python3',
  'python3-venv',
  'python3-pip',
  'virtualenv',
] as const

/** Path of the list of Debian package sources to use; a KitFailure on a machine that has none. */
export async function debianSources(): Promise<string> {
  const own = process.env['GIROPOPS_KIT_APT_SOURCES']
  if (!findProgram('apt-get') || !findProgram('dpkg-deb')) {
    throw new KitFailure(
      'The local distribution is made from Debian packages, and this machine has no apt-get and dpkg-deb. ' +
        'Run this in Debian or Ubuntu, or in a container of one.',
    )
  }
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const known = ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list'].find(existsSync)
  if (own) return own
  if (known && /^ID=debian$/m.test(release)) return known
  throw new KitFailure(
    "The local distribution is made from Debian packages, and this machine's sources are not Debian's. " +
      'Name a file in the form of sources.list(5) that lists a Debian mirror in GIROPOPS_KIT_APT_SOURCES; ' +
      'the package debian-archive-keyring has the keys.',
  )
}

/**
 * Downloads the wanted packages of one Debian architecture, and all they depend on, into a folder of apt's own: the machine's
 * lists, cache and installed packages are neither read nor changed, and root is not needed. Answers the sorted paths.
 */
export async function downloadDebs(arch: string, folder: string, sources: string): Promise<string[]> {
  const archives = join(folder, 'cache/archives')
  await mkdir(join(folder, 'state/lists/partial'), { recursive: true })
  await mkdir(join(archives, 'partial'), { recursive: true })
  await writeFile(join(folder, 'status'), '')
  const settings = [
    `APT::Architecture=${arch}`,
    `APT::Architectures=${arch}`,
    `Dir::State=${join(folder, 'state')}`,
    `Dir::State::status=${join(folder, 'status')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=-',
    'APT::Sandbox::User=',
    'APT::Update::Post-Invoke-Success::=',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ]
  const options = ['-qq', ...settings.flatMap(setting => ['-o', setting])]
  await run('apt-get', [...options, 'update'])
  await run('apt-get', [...options, '-y', '--no-install-recommends', '--download-only', 'install', ...wanted])
  const names = await readdir(archives)
  return names
    .filter(name => name.endsWith('.deb'))
    .sort()
    .map(name => join(archives, name))
}
