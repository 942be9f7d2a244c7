import { run } from './kit-run.ts'
import type { TarEntry } from './tar.ts'
import { readTar } from './untar.ts'

export interface Deb {
  readonly name: string
  readonly version: string
  readonly description: string
  /** Name of the source package. */
  readonly origin: string
  /** What it needs: each the names that would do, without versions. */
  readonly depends: readonly (readonly string[])[]
  /** Virtual packages that it stands for. */
  readonly provides: readonly string[]
  readonly entries: readonly TarEntry[]
}

/** Reads a Debian package, its files in memory. */
export async function readDeb(path: string): Promise<Deb> {
  const fields = readFields((await run('dpkg-deb', ['-f', path])).toString())
  const entries = [...readTar(await run('dpkg-deb', ['--fsys-tarfile', path]))]
  const field = (name: string): string => fields.get(name) ?? ''
  const name = field('Package')
  return {
    name,
    version: field('Version'),
    description: field('Description'),
    origin: field('Source').split(' ')[0] || name,
    depends: [...alternatives(field('Pre-Depends')), ...alternatives(field('Depends'))],
    provides: alternatives(field('Provides')).flat(),
    entries,
  }
}

/** First line of each field of a control paragraph. */
function readFields(paragraph: string): Map<string, string> {
  const found = paragraph.matchAll(/^([A-Za-z-]+): (.*)$/gm)
  return new Map([...found].map(([, name = '', value = '']) => [name, value]))
}

/** `a (>= 1) | b, c:any` as `[[a, b], [c]]`. */
function alternatives(relations: string): string[][] {
  const name = (text: string): string => text.trim().replace(/[\s(:].*$/, '')
  const groups = relations.split(',').map(group => group.split('|').map(name).filter(Boolean))
  return groups.filter(group => group.length > 0)
}
