import { describe, expect, it } from 'vitest'
import { findArchitecture } from '../../../src/domain/architecture.ts'
import type { Machine } from '../../../src/domain/machine.ts'
import { resolveWish } from '../../../src/tools/wish.ts'

const hex = 'a'.repeat(64)

function machine(arch: string, os: Machine['os'] = 'linux'): Machine {
  const architecture = findArchitecture(arch)
  if (architecture === undefined) throw new Error(arch)
  return { os, architecture, workspace: '/home/me/project', temp: '/temp', dockerHost: '', dockerConfig: '' }
}

describe('resolveWish', () => {
  it.each([
    ['', '1.2.39'],
    ['  ', '1.2.39'],
    ['latest', '1.2.39'],
    ['1.2.31', '1.2.31'],
    ['v1.2.31', '1.2.31'],
    ['v0.1.0-rc.1', '0.1.0-rc.1'],
  ])('reads version "%s" as %s', (version, expected) => {
    expect(resolveWish({ name: 'apko', version }, machine('amd64'))).toEqual({
      kind: 'release',
      tarball: { name: 'apko', version: expected, platform: 'linux_amd64' },
    })
  })

  it.each([
    ['amd64', 'linux', 'linux_amd64'],
    ['arm64', 'linux', 'linux_arm64'],
    ['386', 'linux', 'linux_386'],
    ['ppc64le', 'linux', 'linux_ppc64le'],
    ['s390x', 'linux', 'linux_s390x'],
    ['riscv64', 'linux', 'linux_riscv64'],
    ['amd64', 'darwin', 'darwin_amd64'],
    ['arm64', 'darwin', 'darwin_arm64'],
  ] as const)('names the tarball of %s on %s %s', (arch, os, platform) => {
    expect(resolveWish({ name: 'melange', version: '0.56.5' }, machine(arch, os))).toMatchObject({
      tarball: { platform },
    })
  })

  it.each([
    ['/opt/apko', '/opt/apko'],
    ['./bin/apko', '/home/me/project/bin/apko'],
    ['tools/apko', '/home/me/project/tools/apko'],
    ['../apko', '/home/me/apko'],
  ])('takes "%s" for the binary %s', (version, path) => {
    expect(resolveWish({ name: 'apko', version }, machine('armv7'))).toEqual({
      kind: 'binary',
      name: 'apko',
      path,
    })
  })

  it.each([hex, `sha256:${hex}`, hex.toUpperCase(), ` ${hex}\n`])('reads the sha256 "%s"', sha256 => {
    expect(resolveWish({ name: 'apko', version: '', sha256 }, machine('amd64'))).toMatchObject({
      sha256: hex,
    })
  })

  it.each(['', 'abc', `${hex}0`, 'g'.repeat(64), `md5:${hex}`])('refuses the sha256 "%s"', sha256 => {
    expect(() => resolveWish({ name: 'apko', version: '', sha256 }, machine('amd64'))).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining('apko-sha256') }),
    )
  })

  it.each(['1.x', '1.2', 'newest', '^1.2.3', 'apko', '=1.2.3'])('refuses the version "%s"', version => {
    expect(() => resolveWish({ name: 'apko', version }, machine('amd64'))).toThrow(
      expect.objectContaining({
        code: 'INPUT_INVALID',
        message: `apko-version is "${version}"; accepted: an exact version such as 1.2.39, latest, or a path with a slash`,
      }),
    )
  })

  it('refuses a machine that the tools have no release for', () => {
    expect(() => resolveWish({ name: 'apko', version: '' }, machine('armv7'))).toThrow(
      expect.objectContaining({ code: 'TOOL_UNKNOWN', message: 'apko has no release for linux/arm/v7' }),
    )
  })

  it('refuses `latest` where the catalogue has none', () => {
    expect(() => resolveWish({ name: 'melange', version: 'latest' }, machine('s390x'))).toThrow(
      expect.objectContaining({
        code: 'TOOL_UNKNOWN',
        message: 'the catalogue has no melange for linux/s390x',
      }),
    )
  })
})
