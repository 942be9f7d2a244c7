import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Job, StepOptions, StepResult } from '../runner/job.ts'
import type { Workshop } from './workshop.ts'

/** Three packages that need each other: `plug` needs `appb`, and both need `liba`; `lone` needs none and nobody needs it. */
const needs: Readonly<Record<string, readonly string[]>> = {
  liba: [],
  appb: ['liba'],
  plug: ['appb', 'liba'],
  lone: [],
}

/** Writes them to `<workspace>/pkgs/<name>/`, each with a source file that ends up in the package. */
export async function layOutThree(workspace: string): Promise<void> {
  for (const [name, needed] of Object.entries(needs)) {
    const file = join(workspace, 'pkgs', name, 'melange.yaml')
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, recipe(name, needed))
    await writeFile(join(dirname(file), 'text'), `text of ${name}\n`)
  }
}

function recipe(name: string, needed: readonly string[]): string {
  const folder = `\${{targets.destdir}}/usr/share/${name}`
  return `package:
  name: ${name}
  version: 1.0.0
  epoch: 0
environment:
  contents:
    packages: [${['alpine-baselayout-data', 'busybox', ...needed].join(', ')}]
pipeline:
  - runs: |
      mkdir -p ${folder}
      cp text ${folder}/
${needed.map(each => `      cat /usr/share/${each}/text >> ${folder}/text\n`).join('')}`
}

/** Runs an action on them with the real tools; nothing is pushed. */
export function buildThree(
  {
    job,
    workshop,
    action = '.',
  }: { readonly job: Job; readonly workshop: Workshop; readonly action?: string },
  inputs: Readonly<Record<string, string>> = {},
  more: StepOptions = {},
): Promise<StepResult> {
  const { 'apko-config': _, 'env-file': __, ...own } = workshop.inputs('1.2.31', '0.56.5')
  return job.step(action, {
    ...more,
    inputs: { ...own, 'melange-config': 'pkgs/*/melange.yaml', push: 'false', sign: 'false', ...inputs },
  })
}

/** `<name> <architecture>` of the packages that a step built, or that it took. */
export function packagesIn({ outputs }: StepResult, output: 'built' | 'skipped'): readonly string[] {
  const parts = JSON.parse(outputs[output] ?? '[]') as { kind: string; name: string; arch: string }[]
  return parts
    .filter(({ kind }) => kind === 'package')
    .map(({ name, arch }) => `${name} ${arch}`)
    .toSorted()
}
