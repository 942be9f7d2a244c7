import { describe, expect, it } from 'vitest'
import type { BuiltImage, PlatformImage } from '../../../src/domain/image.ts'
import { digestOf } from '../../../src/domain/digest.ts'
import { checkSight } from '../../../src/scan/blind-check.ts'
import type { ScanReport } from '../../../src/scan/scanner-driver.ts'

const manifest = { mediaType: 'x', digest: digestOf('x'), size: 1 }

function target(names: readonly string[], distribution?: string) {
  const apks = names.map(name => ({
    name,
    version: '1.0.0-r0',
    arch: 'x86_64',
    checksum: '',
    ...(distribution !== undefined && { distribution }),
  }))
  const platform: PlatformImage = {
    platform: 'linux/amd64',
    arch: 'amd64',
    manifest,
    size: 1,
    sbom: '',
    installed: [],
    apks,
    addedToSbom: [],
  }
  const image: BuiltImage = {
    name: 'senhas',
    config: 'apko.yaml',
    layout: '',
    index: manifest,
    platforms: [platform],
    indexSbom: '',
  }
  return { image, platform }
}

function report(names: readonly string[], distribution: string | undefined = 'wolfi'): ScanReport {
  return { findings: [], packages: names.map(name => ({ name, version: '1.0.0-r0' })), distribution }
}

describe('checkSight', () => {
  it('is content with a scan that saw all, and more', () => {
    expect(() => checkSight(target(['a', 'R']), report(['a', 'r', 'more']), 'grype 1')).not.toThrow()
    expect(() => checkSight(target([]), report([]), 'grype 1')).not.toThrow()
  })

  it('tells what was not seen, at most five of it', () => {
    const look = (): void => checkSight(target(['a', 'b', 'c', 'd', 'e', 'f', 'g']), report(['a']), 'grype 1')
    expect(look).toThrow(
      'grype 1 saw 1 of the 7 packages of linux/amd64 in senhas; not seen: b-1.0.0-r0, c-1.0.0-r0, d-1.0.0-r0, e-1.0.0-r0, f-1.0.0-r0 and 1 more',
    )
    expect(look).toThrow(expect.objectContaining({ code: 'SCAN_BLIND' }))
  })

  it('counts another version as not seen', () => {
    const seen = { ...report([]), packages: [{ name: 'a', version: '1.0.0-r1' }] }
    expect(() => checkSight(target(['a']), seen, 'grype 1')).toThrow('saw 0 of the 1 packages')
  })

  it('wants a distribution that the scanner knows', () => {
    const blind = { ...report(['a']), distribution: undefined }
    expect(() => checkSight(target(['a'], 'local'), blind, 'grype 1')).toThrow(
      expect.objectContaining({
        code: 'SCAN_BLIND',
        message: 'grype 1 knows no vulnerabilities of the distribution "local" of linux/amd64 in senhas',
        hint: expect.stringContaining('data of local'),
      }),
    )
    expect(() => checkSight(target(['a']), blind, 'grype 1')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('os-release') }),
    )
  })
})
