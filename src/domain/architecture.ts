/** An architecture by the names that apk, the OCI image spec and release tarballs give it. */
export interface Architecture {
  /** apk's name, also that of repository folders: `x86_64`. */
  readonly apk: string
  /** Last part of an OCI platform and of our outputs: `amd64`, `arm-v7` is written `armv7`. */
  readonly name: string
  /** OCI platform: `linux/amd64`, `linux/arm/v7`. */
  readonly platform: string
  /** Names of qemu-user handlers in binfmt_misc: `qemu-x86_64`. */
  readonly binfmt: string
}

const known = [
  ['x86_64', 'amd64', 'linux/amd64', 'qemu-x86_64'],
  ['aarch64', 'arm64', 'linux/arm64', 'qemu-aarch64'],
  ['x86', '386', 'linux/386', 'qemu-i386'],
  ['armv7', 'armv7', 'linux/arm/v7', 'qemu-arm'],
  ['armhf', 'armv6', 'linux/arm/v6', 'qemu-arm'],
  ['ppc64le', 'ppc64le', 'linux/ppc64le', 'qemu-ppc64le'],
  ['s390x', 's390x', 'linux/s390x', 'qemu-s390x'],
  ['riscv64', 'riscv64', 'linux/riscv64', 'qemu-riscv64'],
  ['loongarch64', 'loong64', 'linux/loong64', 'qemu-loongarch64'],
] as const

/** Every architecture that apk and the OCI image spec both name. */
export const architectures: readonly Architecture[] = known.map(([apk, name, platform, binfmt]) => ({
  apk,
  name,
  platform,
  binfmt,
}))

/** Reads `linux/amd64`, `amd64` or `x86_64` (also `linux/arm64/v8` and `i386`); undefined when unknown. */
export function findArchitecture(text: string): Architecture | undefined {
  const wanted = text
    .trim()
    .toLowerCase()
    .replace(/^linux\/(arm64)\/v8$/, 'linux/$1')
  const other: Record<string, string> = { i386: 'x86', 'linux/x86_64': 'x86_64', 'linux/aarch64': 'aarch64' }
  const spelled = other[wanted] ?? wanted
  return architectures.find(a => [a.apk, a.name, a.platform].includes(spelled))
}

/** The architecture that node calls `process.arch`; undefined for one that apk does not know. */
export function architectureOfNode(arch: string): Architecture | undefined {
  const names: Record<string, string> = { x64: 'amd64', ia32: '386', ppc64: 'ppc64le' }
  return findArchitecture(names[arch] ?? arch)
}

/** Whether a kernel of `host` runs programs of `guest` without an emulator. */
export function runsNatively(host: Architecture, guest: Architecture): boolean {
  return host.apk === guest.apk || (host.apk === 'x86_64' && guest.apk === 'x86')
}
