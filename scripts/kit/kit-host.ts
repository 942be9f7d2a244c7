import { KitFailure } from './kit-failure.ts'

/** The machine, by the names that Debian (and Go, and release tarballs), apk and Linux give it. */
export interface HostNames {
  /** `linux` or `darwin`. */
  readonly os: string
  /** `amd64` or `arm64`. */
  readonly debian: string
  /** `x86_64` or `aarch64`. */
  readonly apk: string
}

/** Both architectures of the local distribution. */
export const guests = [
  { debian: 'amd64', apk: 'x86_64' },
  { debian: 'arm64', apk: 'aarch64' },
] as const

/** Names of this machine. The kit knows linux and darwin, amd64 and arm64. */
export function host(): HostNames {
  const { platform, arch } = process
  const guest = arch === 'x64' ? guests[0] : arch === 'arm64' ? guests[1] : undefined
  if (!guest || (platform !== 'linux' && platform !== 'darwin')) {
    throw new KitFailure(`The test kit runs on linux and darwin, x64 and arm64; this is ${platform} ${arch}.`)
  }
  return { os: platform, ...guest }
}
