import { readdirSync, statSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'

/** The part of @actions/artifact that is used; it is put beside this file as client.mjs. */
interface Client {
  uploadArtifact(name: string, files: string[], root: string, options: object): Promise<{ id?: number }>
}

const given = (name: string): string => process.env[`INPUT_${name.toUpperCase()}`]?.trim() ?? ''
const known = new Set(['name', 'path', 'if-no-files-found', 'compression-level'])
const unknown = Object.keys(process.env).filter(
  name => name.startsWith('INPUT_') && !known.has(name.slice(6).toLowerCase()),
)
if (unknown.length > 0) throw new Error(`this stand-in does not know ${unknown.join(', ')}`)

const paths = given('path')
  .split('\n')
  .map(line => line.trim())
  .filter(Boolean)
  .map(path => resolve(process.env['GITHUB_WORKSPACE'] ?? '.', path))
const files = paths.flatMap(filesOf)
if (files.length > 0) {
  const clientPath = new URL('client.mjs', import.meta.url).href
  const { DefaultArtifactClient } = (await import(clientPath)) as { DefaultArtifactClient: new () => Client }
  const options = { compressionLevel: Number(given('compression-level')) }
  await new DefaultArtifactClient().uploadArtifact(given('name'), files, rootOf(paths, files), options)
} else if (given('if-no-files-found') === 'error') {
  console.log(`::error::No files were found with the provided path: ${paths.join('\n')}`)
  process.exitCode = 1
}

/** Without hidden files, as the real one. */
function filesOf(path: string): string[] {
  const facts = statSync(path, { throwIfNoEntry: false })
  if (facts === undefined) return []
  if (!facts.isDirectory()) return [path]
  const names = readdirSync(path).filter(name => !name.startsWith('.'))
  return names.flatMap(name => filesOf(join(path, name)))
}

/** The folder that an artifact's paths are relative to: the one path, a single file's folder, or what all paths share. */
function rootOf(all: readonly string[], found: readonly string[]): string {
  const [first = '', ...more] = all
  if (more.length === 0) return found.length === 1 && found[0] === first ? dirname(first) : first
  const parts = all.map(path => path.split(sep))
  const [of = []] = parts
  const differs = of.findIndex((part, at) => parts.some(other => other[at] !== part))
  return of.slice(0, differs < 0 ? of.length : differs).join(sep) || sep
}
