import { addressOf, withoutLogin } from './local-repository.ts'
import type { Lock } from './lock-file.ts'

/** A lock as it may be kept: no address in it holds a login. */
export function withoutLogins(lock: Lock): Lock {
  return mapAddresses(lock, withoutLogin)
}

/** A lock as apko needs it: what is in a repository that a line names with a login gets that login. */
export function withLogins(lock: Lock, repositories: readonly string[]): Lock {
  const addresses = repositories.map(addressOf).filter(address => address !== withoutLogin(address))
  return mapAddresses(lock, url => {
    const address = addresses.find(each => url.startsWith(`${withoutLogin(each)}/`))
    return address === undefined ? url : `${address}${url.slice(withoutLogin(address).length)}`
  })
}

function mapAddresses(lock: Lock, map: (url: string) => string): Lock {
  const packages = lock.packages.map(each => {
    const url = map(each.url)
    return { ...each, url, entry: { ...each.entry, url } }
  })
  return { ...lock, packages, document: mapUrls(lock.document, map) }
}

/** Also repositories and keys are listed, with names that are their addresses without the scheme. */
function mapUrls(document: Lock['document'], map: (url: string) => string): Lock['document'] {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const { url } = Object.fromEntries(entries)
    const mapped = typeof url === 'string' ? map(url) : url
    return Object.fromEntries(
      entries.map(([key, each]) => {
        if (key === 'url' || url === mapped) return [key, key === 'url' ? mapped : walk(each)]
        return [key, key === 'name' ? nameOf(String(mapped), each) : walk(each)]
      }),
    )
  }
  const mapped = walk(document)
  return typeof mapped === 'object' && mapped !== null ? { ...mapped } : document
}

function nameOf(url: string, name: unknown): unknown {
  const bare = url.replace(/^https?:\/\//, '')
  return typeof name === 'string' && name.includes('@') ? bare.replace(/\/APKINDEX\.tar\.gz$/, '') : name
}
