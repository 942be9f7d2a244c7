import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'rolldown'

/** Licences that may be bundled; another one fails the build. */
const accepted = new Set([
  'MIT',
  'ISC',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  'BlueOak-1.0.0',
])

/** Writes licenses.txt: every package whose modules really went into the bundle, with its licence. */
export function licences(): Plugin {
  return {
    name: 'licences',
    async generateBundle(_options, bundle) {
      const roots = new Set<string>()
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue
        for (const id of chunk.moduleIds) {
          const root = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0]
          if (root !== undefined) roots.add(root)
        }
      }
      const texts = await Promise.all([...roots].map(describePackage))
      const source = `${[...new Set(texts)].sort().join('\n\n---\n\n')}\n`
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source })
    },
  }
}

async function describePackage(root: string): Promise<string> {
  const text = await readFile(join(root, 'package.json'), 'utf8')
  const { name, version, license } = JSON.parse(text) as { name: string; version: string; license?: string }
  // `(A AND B)` (SPDX): each of them counts.
  const licences = license?.replace(/^\((.*)\)$/, '$1').split(' AND ') ?? ['unknown']
  if (!licences.every(each => accepted.has(each))) {
    throw new Error(`${name}@${version}: licence ${license} may not be bundled`)
  }
  const file = (await readdir(root)).find(each => /^licen[cs]e/i.test(each))
  const body =
    file === undefined ? `(the package has no licence file)` : await readFile(join(root, file), 'utf8')
  return `${name}@${version} (${license})\n\n${body.replaceAll('\r\n', '\n').trim()}`
}
