import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Packages of a graph by name, each with those that it needs; in an order that they can be built in. */
export type Needs = ReadonlyMap<string, readonly string[]>

/** Packages in levels of equal width: each needs two of the level below. */
export function levelled(levels: number, width: number): Needs {
  const name = (level: number, at: number): string => `p${level}-${at % width}`
  const all = Array.from({ length: levels * width }, (_, at): [string, string[]] => {
    const level = Math.floor(at / width)
    const needs = level === 0 ? [] : [name(level - 1, at), name(level - 1, at + 1)]
    return [name(level, at), [...new Set(needs)]]
  })
  return new Map(all)
}

/** Writes `<folder>/<name>/melange.yaml` for each package, and a source file; a build takes some seconds of one core. */
export async function writeRecipes(folder: string, needs: Needs): Promise<void> {
  for (const [name, needed] of needs) {
    await mkdir(join(folder, name), { recursive: true })
    await writeFile(join(folder, name, 'source'), `source of ${name}\n`)
    await writeFile(join(folder, name, 'melange.yaml'), recipe(name, needed))
  }
}

function recipe(name: string, needed: readonly string[]): string {
  const packages = ['alpine-baselayout-data', 'busybox', ...needed]
  return `package:
  name: ${name}
  version: 1.0.0
  epoch: 0
  description: ${name} of the bench
  copyright:
    - license: MIT
environment:
  contents:
    packages: [${packages.join(', ')}]
pipeline:
  - runs: |
      mkdir -p "\${{targets.destdir}}/usr/share/${name}"
      cp source "\${{targets.destdir}}/usr/share/${name}/"
      head -c 150000000 /dev/zero | gzip -9 | sha256sum > "\${{targets.destdir}}/usr/share/${name}/sum"
`
}
