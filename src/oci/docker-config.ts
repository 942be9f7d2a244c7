import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { invalidCredentials, type Credentials } from './credentials.ts'
import { registryOfHost, type ImageRepository } from './reference.ts'

/** What `<folder>/config.json` says of logins (Docker's format; `podman` writes the same). */
export interface DockerConfig {
  /** Absolute path, for messages. */
  readonly file: string
  readonly auths: Readonly<Record<string, unknown>>
  /** Registry -> name of the program after `docker-credential-`. */
  readonly helpers: Readonly<Record<string, string>>
  readonly store?: string
}

/** Docker Hub's key in a docker config, from its first version on. */
const dockerHubKey = 'https://index.docker.io/v1/'

/** Reads the config of a folder; undefined when there is none. Fails with CREDENTIALS_INVALID, without a word of the content. */
export async function readDockerConfig(folder: string): Promise<DockerConfig | undefined> {
  const file = join(folder, 'config.json')
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw invalidCredentials(file, 'it cannot be read')
  }
  if (text.trim() === '') return undefined
  const document = parseObject(text)
  if (document === undefined) throw invalidCredentials(file, 'it is not a JSON object')
  const { auths, credHelpers, credsStore } = document
  const helpers = Object.entries(objectAt(file, 'credHelpers', credHelpers)).map(([registry, name]) => {
    if (typeof name !== 'string')
      throw invalidCredentials(file, `credHelpers[${JSON.stringify(registry)}] is not a text`)
    return [registry, name] as const
  })
  if (credsStore !== undefined && typeof credsStore !== 'string') {
    throw invalidCredentials(file, 'credsStore is not a text')
  }
  return {
    file,
    auths: objectAt(file, 'auths', auths),
    helpers: Object.fromEntries(helpers),
    ...(credsStore ? { store: credsStore } : {}),
  }
}

/** The login that `auths` holds for a repository; undefined when none. Fails with CREDENTIALS_INVALID naming file and key. */
export function authOf(config: DockerConfig, repository: ImageRepository): Credentials | undefined {
  const key = bestKey(Object.keys(config.auths), repository)
  if (key === undefined) return undefined
  const where = `auths[${JSON.stringify(key)}]`
  const entry = objectAt(config.file, where, config.auths[key])
  const field = (name: string): string => {
    const value = entry[name] ?? ''
    if (typeof value !== 'string') throw invalidCredentials(config.file, `${where}.${name} is not a text`)
    return value
  }
  if (field('registrytoken') !== '') return { kind: 'registry-token', token: field('registrytoken') }
  const pair = field('auth') === '' ? [field('username'), field('password')] : decodePair(field('auth'))
  if (pair === undefined) {
    throw invalidCredentials(
      config.file,
      `${where}.auth is not the base64 of a user name, ":" and a password`,
    )
  }
  const [username = '', password = ''] = pair
  if (field('identitytoken') !== '') return { kind: 'identity-token', token: field('identitytoken') }
  return password === '' ? undefined : { kind: 'password', username, password }
}

/** The credential helper for a registry and the name under which it knows the registry; undefined when none is set. */
export function helperOf(
  config: DockerConfig,
  repository: ImageRepository,
): { readonly name: string; readonly server: string; readonly key: string } | undefined {
  const key = bestKey(Object.keys(config.helpers), { registry: repository.registry, path: '' })
  const own = key === undefined ? undefined : config.helpers[key]
  if (key !== undefined && own) return { name: own, server: key, key: `credHelpers[${JSON.stringify(key)}]` }
  if (config.store === undefined) return undefined
  const server = repository.registry === 'docker.io' ? dockerHubKey : repository.registry
  return { name: config.store, server, key: 'credsStore' }
}

/**
 * Keys may be a host, a host with scheme and path (`https://ghcr.io/v1/`), or a host with the first parts of the
 * repository's path (`ghcr.io/owner`); the longest of the last kind wins.
 */
function bestKey(keys: readonly string[], repository: ImageRepository): string | undefined {
  const scoreOf = (key: string): number => {
    const scheme = /^https?:\/\//i.test(key)
    const [host = '', ...parts] = key
      .replace(/^https?:\/\//i, '')
      .replace(/\/+$/, '')
      .split('/')
    if (registryOfHost(host) !== repository.registry) return 0
    const isVersion = /^v\d$/.test(parts.join('/'))
    if (scheme || isVersion || parts.length === 0) return scheme || isVersion ? 1 : 2
    return `${repository.path}/`.startsWith(`${parts.join('/')}/`) ? 2 + parts.length : 0
  }
  const scored = keys.map(key => ({ key, score: scoreOf(key) })).filter(each => each.score > 0)
  return scored.sort((a, b) => b.score - a.score)[0]?.key
}

function decodePair(base64: string): readonly [string, string] | undefined {
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64.trim())) return undefined
  const text = Buffer.from(base64, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1).replace(/\0+$/, '')]
}

function objectAt(file: string, where: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value }
  throw invalidCredentials(file, `${where} is not an object`)
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}
