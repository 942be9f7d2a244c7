/** Name that apko files give the folder of packages built from the same workspace, and melange's default output. */
export const packagesFolder = 'packages'

/** Address in a repository line, without its tag (`@local packages`) and slashes at the end. */
export function addressOf(repository: string): string {
  return repository
    .trim()
    .replace(/^@\S+\s+/, '')
    .replace(/(?<=.)\/+$/, '')
}

/** Whether an address is a path rather than a URL. */
export function isPath(address: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(address)
}

/** Whether a repository line means the packages built from this workspace: `packages`, `./packages/`, `@local packages`. */
export function isBuiltRepository(repository: string): boolean {
  const address = addressOf(repository)
  const parts = address.split('/').filter(part => part !== '' && part !== '.')
  return !address.startsWith('/') && parts.length === 1 && parts[0] === packagesFolder
}

/** An address without the login that a URL may hold, which apko masks in its messages. */
export function withoutLogin(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, '$1')
}
