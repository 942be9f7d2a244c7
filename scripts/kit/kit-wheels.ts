import { createHash } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from './kit-cache.ts'
import { KitFailure } from './kit-failure.ts'
import { guests } from './kit-host.ts'
import type { KitDistribution } from './kit-distribution.ts'
import { watched, type Log } from './kit-progress.ts'
import { findProgram, run } from './kit-run.ts'

export interface KitWheels {
  /** Wheels of the example, for both architectures and the Python of the local distribution. */
  readonly folder: string
}

const requirements = new URL('../../examples/senhas/requirements.txt', import.meta.url)

/** The wheels that the example needs, so that it builds in a sandbox without network. From the cache or downloaded with pip. */
export async function kitWheels({ folder }: KitDistribution, log: Log): Promise<KitWheels> {
  const python = await guestPython(folder)
  const pins = readPins(await readFile(requirements, 'utf8'))
  const hash = createHash('sha256').update([python, ...pins].join('\n'))
  const wheels = await once(`wheels-${hash.digest('hex').slice(0, 16)}`, async fresh => {
    const what = `downloading the example's wheels for Python ${python}`
    await watched({ what, expect: 'about 10 seconds', log, work: () => download(fresh, python, pins) })
  })
  return { folder: wheels }
}

/** `3.11`: the version of the distribution's own Python. */
async function guestPython(distribution: string): Promise<string> {
  const names = await readdir(join(distribution, guests[0].apk))
  const [version] = names.flatMap(name => /^python(3\.\d+)-minimal-/.exec(name)?.[1] ?? [])
  if (!version) throw new KitFailure(`The local distribution in ${distribution} has no Python.`)
  return version
}

/** The pins without comments and markers: pip would weigh markers by the Python that it runs in, not by the guest's. */
function readPins(text: string): string[] {
  const lines = text.split('\n').map(line => line.replace(/[#;].*$/, '').trim())
  return lines.filter(Boolean)
}

async function download(folder: string, python: string, pins: readonly string[]): Promise<void> {
  const [pip, ...module] = findPip()
  const work = await mkdtemp(join(tmpdir(), 'giropops-kit-wheels-'))
  const list = join(work, 'requirements.txt')
  await writeFile(list, `${pins.join('\n')}\n`)
  const fixed = ['download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:']
  const guest = ['--python-version', python, '--implementation', 'cp']
  try {
    for (const { apk } of guests) {
      const platforms = [`manylinux2014_${apk}`, `manylinux_2_17_${apk}`, 'any']
      const wanted = platforms.flatMap(platform => ['--platform', platform])
      await run(pip, [...module, ...fixed, ...guest, ...wanted, '--dest', folder, '--requirement', list])
    }
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

function findPip(): readonly [string, ...string[]] {
  const pip = findProgram('pip3', 'pip')
  if (pip) return [pip]
  const python = findProgram('python3')
  if (python) return [python, '-m', 'pip']
  throw new KitFailure("The example's wheels are downloaded with pip, which is missing: install python3-pip.")
}
