import { join, matchesGlob, resolve } from 'node:path'

interface Artifact {
  readonly id: number
  readonly name: string
  readonly digest?: string
}

/** The part of @actions/artifact that is used; it is put beside this file as client.mjs. */
interface Client {
  listArtifacts(options: object): Promise<{ artifacts: Artifact[] }>
  downloadArtifact(id: number, options: object): Promise<{ digestMismatch?: boolean }>
}

const given = (name: string): string => process.env[`INPUT_${name.toUpperCase()}`]?.trim() ?? ''
const unknown = Object.keys(process.env).filter(
  name => name.startsWith('INPUT_') && !['INPUT_PATTERN', 'INPUT_PATH'].includes(name),
)
if (unknown.length > 0) throw new Error(`this stand-in does not know ${unknown.join(', ')}`)

const clientPath = new URL('client.mjs', import.meta.url).href
const { DefaultArtifactClient } = (await import(clientPath)) as { DefaultArtifactClient: new () => Client }
const client = new DefaultArtifactClient()
const folder = resolve(process.env['GITHUB_WORKSPACE'] ?? '.', given('path'))
const { artifacts } = await client.listArtifacts({ latest: true })
const wanted = artifacts.filter(({ name }) => matchesGlob(name, given('pattern')))
for (const { id, name, digest } of wanted) {
  // As the real one: an artifact that is alone gets no folder of its name.
  const path = wanted.length === 1 ? folder : join(folder, name)
  const { digestMismatch } = await client.downloadArtifact(id, { path, expectedHash: digest })
  if (digestMismatch) throw new Error(`Artifact '${name}' digest validation failed.`)
}
