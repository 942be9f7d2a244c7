import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hexOf } from '../../../src/domain/digest.ts'
import type { Command } from '../../../src/ports.ts'
import type { Answer } from '../../support/fake-ports.ts'
import { fillLayout, type Built } from './apko-layout.ts'

const fixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/apko/${name}`, import.meta.url), 'utf8')

/** Files of a layer as apko 1.2.31 writes it, with the real package database of three packages. */
export const layerFiles = {
  'etc/os-release': 'ID=fixture\nVERSION_ID=12.0\n',
  'usr/lib/apk/db/installed': fixture('installed'),
}

export interface StandInPlan {
  /** apk's names of what is built, whatever was asked. */
  readonly builds?: readonly string[]
  readonly withSboms?: boolean
  readonly withIndexSbom?: boolean
  readonly osRelease?: string
}

/** apko's document on one platform, which lists one package of three. */
const platformSbom = fixture('sbom-x86_64.spdx.json')
const itsImage = '3744a9e41255544213dc930192dbbecb49e90466f64282c8e62257fa47c4f2a5'

/** Does what `apko build` does to its folders: a layout, and the SBOMs that list one package of three. */
export function apkoStandIn(plan: StandInPlan = {}) {
  return async ({ args }: Command) => {
    const layout = args[3] ?? ''
    const sbom = valueOf(args, '--sbom-path')
    const archs = plan.builds ?? valueOf(args, '--arch').split(',')
    const files = { ...layerFiles, ...(plan.osRelease && { 'etc/os-release': plan.osRelease }) }
    const built = await fillLayout(layout, Object.fromEntries(archs.map(arch => [arch, [files]])))
    if (plan.withSboms !== false) {
      for (const [arch, digest] of Object.entries(built.manifests)) {
        const text = platformSbom.replaceAll(itsImage, hexOf(digest))
        await writeFile(join(sbom, `sbom-${arch}.spdx.json`), text)
      }
    }
    if (plan.withSboms !== false && plan.withIndexSbom !== false) {
      await writeFile(join(sbom, 'sbom-index.spdx.json'), JSON.stringify(indexSbom(built)))
    }
    return { stdout: '2026/11/24 07:48:52 INFO built index\n' }
  }
}

/** apko's document on an index: the images of the platforms and no package. */
function indexSbom({ index, manifests }: Built): object {
  const entry = (digest: string) => ({
    SPDXID: `SPDXRef-Package-${digest.replace(':', '-')}`,
    name: digest,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
  })
  const [root, ...images] = [index, ...Object.values(manifests)].map(entry)
  return {
    SPDXID: 'SPDXRef-DOCUMENT',
    name: `sbom-${index}`,
    spdxVersion: 'SPDX-2.3',
    creationInfo: { created: '2026-05-07T20:33:45Z', creators: ['Tool: apko (v1.2.31)'] },
    dataLicense: 'CC0-1.0',
    documentNamespace: 'https://spdx.org/spdxdocs/apko/',
    documentDescribes: [root?.SPDXID],
    packages: [root, ...images],
    relationships: images.map(({ SPDXID }) => ({
      spdxElementId: root?.SPDXID,
      relationshipType: 'VARIANT_OF',
      relatedSpdxElement: SPDXID,
    })),
  }
}

/** An apko that has no `lock`, so that it resolves as it builds. */
export function withoutLock(apko: Answer): Answer {
  return command => {
    if (command.args[0] === 'lock') return { code: 1, stderr: 'Error: unknown command "lock" for "apko"' }
    return typeof apko === 'function' ? apko(command) : apko
  }
}

export function valueOf(args: readonly string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? ''
}
