import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { digestOf } from '../../../src/domain/digest.ts'
import type { BuiltImage, PlatformImage } from '../../../src/domain/image.ts'
import type { Tool } from '../../../src/domain/tool.ts'
import type { Command, Finished } from '../../../src/ports.ts'
import { grypeDriver } from '../../../src/scan/grype-driver.ts'
import { scanImage } from '../../../src/scan/scan-image.ts'
import { fakePorts, type FakePorts } from '../../support/fake-ports.ts'
import { scanFolder } from './scan-folder.ts'

const tool: Tool = {
  name: 'grype',
  version: '0.121.2',
  path: '/tools/grype',
  sha256: '',
  source: 'path',
  flags: new Set(),
}

let folder: string
let image: BuiltImage
let temp: string

beforeEach(async () => {
  folder = await scanFolder()
  temp = join(folder, 'temp')
  await mkdir(temp)
  image = await imageOf('wolfi')
})

/** An image of two platforms with two packages, whose SBOMs tell the distribution `told`. */
async function imageOf(told: string): Promise<BuiltImage> {
  const index = { mediaType: 'x', digest: digestOf('x'), size: 1 }
  const platforms = await Promise.all(
    ['amd64', 'arm64'].map(async (arch): Promise<PlatformImage> => {
      const sbom = join(folder, `${arch}.spdx.json`)
      const packages = [
        ['a', 'wolfi-1'],
        ['b', told],
      ].map(([name, distro]) => ({
        name,
        externalRefs: [
          { referenceType: 'purl', referenceLocator: `pkg:apk/x/${name}@1-r0?distro=${distro}` },
        ],
      }))
      await writeFile(sbom, JSON.stringify({ packages }))
      const apks = ['a', 'b'].map(name => ({
        name,
        version: '1-r0',
        arch,
        checksum: '',
        distribution: 'wolfi',
      }))
      return {
        platform: `linux/${arch}`,
        arch,
        manifest: { ...index, platform: { os: 'linux', architecture: arch } },
        size: 1,
        sbom,
        installed: [],
        apks,
        addedToSbom: [],
      }
    }),
  )
  return { name: 'senhas', config: 'apko.yaml', layout: folder, index, platforms, indexSbom: '' }
}

const component = (name: string) => ({ name, version: '1-r0', purl: `pkg:apk/x/${name}@1-r0` })
const match = (id: string, type: string) => ({
  vulnerability: { id, severity: 'High' },
  artifact: { name: 'a', version: '1-r0', type },
})

interface FakeRun {
  /** Exit and words of a run, by what it looks at: `sbom` or `files`. */
  readonly ends?: Readonly<Record<string, Partial<Finished>>>
  readonly report?: string
  readonly seen?: readonly string[]
  readonly providers?: object
}

/** grype in small: it finds something in the SBOM and something else in the files. */
function grype({ ends = {}, report, seen = ['a', 'b'], providers = { wolfi: {} } }: FakeRun = {}): FakePorts {
  return fakePorts({
    processes: {
      grype: async ({ args, cwd = '' }: Command) => {
        const kind = args.some(arg => arg.startsWith('sbom:')) ? 'sbom' : 'files'
        const end = ends[kind] ?? {}
        if ((end.code ?? 0) === 1 || report === 'none') return end
        const out = (format: string) => args.find(arg => arg.startsWith(`${format}=`))?.split('=')[1]
        const matches =
          kind === 'sbom' ? [match('CVE-1', 'apk')] : [match('CVE-1', 'apk'), match('CVE-2', 'python')]
        const own = { matches, distro: { name: 'wolfi' }, descriptor: { db: { providers } } }
        await writeFile(out('json') ?? '', report ?? JSON.stringify(own))
        const packages = out('cyclonedx-json')
        if (packages !== undefined)
          await writeFile(packages, JSON.stringify({ components: seen.map(component) }))
        if (!existsSync(cwd)) throw new Error('no such folder')
        return end
      },
    },
  })
}

function scan(ports: FakePorts, of = image) {
  const driver = grypeDriver({ tool, database: '/db', limit: 60_000 }, ports)
  return scanImage(of, { driver, title: 'grype 0.121.2', temp }, ports)
}

describe('the scan of an image by grype', () => {
  it('answers every platform in order, with what is in the SBOM and in the files, each once', async () => {
    const ports = grype()
    expect(await scan(ports)).toMatchObject([
      {
        platform: 'linux/amd64',
        arch: 'amd64',
        findings: [{ id: 'CVE-1' }, { id: 'CVE-2', kind: 'python' }],
      },
      { platform: 'linux/arm64', findings: [{ id: 'CVE-1' }, { id: 'CVE-2' }] },
    ])
    expect(ports.lines).toContain('grype 0.121.2: senhas linux/amd64: 2 findings in 2 packages, 0.0 s')
  })

  it('runs grype alone with its database: no update, no configuration of others, no threshold', async () => {
    const ports = grype()
    await scan(ports)
    expect(ports.commands).toHaveLength(4)
    for (const { args, env, cwd = '', timeLimit } of ports.commands) {
      expect(env).toMatchObject({
        GRYPE_DB_CACHE_DIR: '/db',
        GRYPE_DB_AUTO_UPDATE: 'false',
        GRYPE_CHECK_FOR_APP_UPDATE: 'false',
        GRYPE_FAIL_ON_SEVERITY: '',
      })
      expect(args.slice(0, 2)).toEqual(['-c', join(cwd, 'grype.yaml')])
      expect(cwd.startsWith(temp)).toBe(true)
      expect(timeLimit).toBe(60_000)
    }
    const inputs = ports.commands.flatMap(({ args }) => args.filter(arg => /^(sbom|oci-dir):/.test(arg)))
    expect(inputs.map(input => basename(input)).toSorted()).toEqual([
      'amd64.spdx.json',
      'arm64.spdx.json',
      'layout',
      'layout',
    ])
  })

  it('leaves nothing behind', async () => {
    await scan(grype())
    await expect(scan(grype({ ends: { sbom: { code: 1 } } }))).rejects.toThrow('ended with 1')
    expect(readdirSync(temp)).toEqual([])
  })

  it("takes grype's own threshold for what it is: findings, no error", async () => {
    expect(
      await scan(
        grype({
          ends: {
            sbom: { code: 2, stderr: 'discovered vulnerabilities at or above the severity threshold' },
          },
        }),
      ),
    ).toHaveLength(2)
  })

  it('gives grype a copy where a package URL tells another distribution than the image', async () => {
    let text = ''
    const ports = grype()
    const driver = grypeDriver(
      { tool, database: '/db', limit: 60_000 },
      {
        ...ports,
        processes: {
          ...ports.processes,
          run: async command => {
            const sbom = command.args.find(arg => arg.startsWith('sbom:'))?.slice('sbom:'.length)
            if (sbom !== undefined) text = await readFile(sbom, 'utf8')
            return ports.processes.run(command)
          },
        },
      },
    )
    await scanImage(await imageOf('own-namespace'), { driver, title: 'grype', temp }, ports)
    expect(text).toContain('pkg:apk/x/b@1-r0?distro=wolfi-1')
    expect(await readFile(join(folder, 'amd64.spdx.json'), 'utf8')).toContain('distro=own-namespace')
  })
})

describe('a scan that comes to nothing', () => {
  it.each<[string, FakeRun, string, RegExp]>([
    [
      'grype crashes',
      { ends: { sbom: { code: 2, stderr: 'panic: nil map\n\ngoroutine 1 [running]:\n' } } },
      'SCAN_FAILED',
      /^grype 0\.121\.2: scan of the SBOM of linux\/amd64 in senhas ended with 2: panic: nil map$/,
    ],
    [
      'grype fails',
      { ends: { files: { code: 1, stderr: '[0000] ERROR \u001B[31mno luck\u001B[0m\n' } } },
      'SCAN_FAILED',
      /scan of the files of linux\/amd64 in senhas ended with 1: no luck$/,
    ],
    [
      'grype is killed',
      { ends: { files: { code: 137, stderr: '' } } },
      'SCAN_FAILED',
      /scan of the files of linux\/amd64 in senhas was ended by signal 9: it said nothing$/,
    ],
    [
      'the time is over',
      { ends: { files: { code: 137, timedOut: true } } },
      'SCAN_FAILED',
      /^grype: scan of the files of .* took longer than 60 s and was ended$/,
    ],
    [
      'the disk is full',
      { ends: { files: { code: 1, stderr: '[0000] ERROR write /tmp/x: no space left on device' } } },
      'DISK_FULL',
      /^no space left for grype: scan of the files/,
    ],
    ['garbage', { report: 'garbage' }, 'SCAN_FAILED', /report cannot be read: it is no JSON object$/],
    [
      'a match of another shape',
      { report: '{"matches":[{}]}' },
      'SCAN_FAILED',
      /^grype 0\.121\.2: scan of the SBOM of linux\/amd64 in senhas ended well but its report cannot be read: matches\[0\] has no vulnerability\.id$/,
    ],
    [
      'no report',
      { report: 'none' },
      'SCAN_FAILED',
      /^grype 0\.121\.2: scan of the SBOM of linux\/amd64 in senhas ended well but wrote no report$/,
    ],
    ['an empty report', { report: '' }, 'SCAN_FAILED', /report cannot be read/],
    ['another report', { report: '{"Results":[]}' }, 'SCAN_FAILED', /has no "matches"$/],
    ['fewer packages', { seen: ['a'] }, 'SCAN_BLIND', /saw 1 of the 2 packages .*; not seen: b-1-r0$/],
    [
      'an unknown distribution',
      { providers: { alpine: {} } },
      'SCAN_BLIND',
      /the distribution "wolfi" of linux\/amd64/,
    ],
  ])('%s', async (_, run, code, message) => {
    await expect(scan(grype(run))).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('is told after every platform has come to its end', async () => {
    const ports = grype({ ends: { sbom: { code: 1 } } })
    await expect(scan(ports)).rejects.toThrow('ended with 1')
    expect(ports.commands).toHaveLength(4)
  })

  it('an SBOM that is gone', async () => {
    const gone = {
      ...image,
      platforms: image.platforms.map(each => ({ ...each, sbom: join(folder, 'gone') })),
    }
    await expect(scan(grype(), gone)).rejects.toMatchObject({ code: 'SCAN_FAILED' })
  })
})
