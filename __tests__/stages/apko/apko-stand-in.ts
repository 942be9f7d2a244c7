import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Command } from '../../../src/ports.ts'
import { fillLayout } from './apko-layout.ts'

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
}

/** Does what `apko build` does to its folders: a layout, and the SBOMs that list one package of three. */
export function apkoStandIn(plan: StandInPlan = {}) {
  return async ({ args }: Command) => {
    const layout = args[3] ?? ''
    const sbom = valueOf(args, '--sbom-path')
    const archs = plan.builds ?? valueOf(args, '--arch').split(',')
    await fillLayout(layout, Object.fromEntries(archs.map(arch => [arch, [layerFiles]])))
    if (plan.withSboms !== false) {
      for (const arch of [...archs, 'index']) {
        await writeFile(join(sbom, `sbom-${arch}.spdx.json`), fixture('sbom-x86_64.spdx.json'))
      }
    }
    return { stdout: '2026/11/24 07:48:52 INFO built index\n' }
  }
}

export function valueOf(args: readonly string[], flag: string): string {
  return args[args.indexOf(flag) + 1] ?? ''
}
