import own from '../../package.json' with { type: 'json' }

/** Our own version, from package.json. */
export function ownVersion(): string {
  return own.version
}
