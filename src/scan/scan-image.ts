import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlatformScan } from '../domain/finding.ts'
import type { BuiltImage } from '../domain/image.ts'
import type { Ports } from '../ports.ts'
import { checkSight } from './blind-check.ts'
import type { ScannerDriver, ScanTarget } from './scanner-driver.ts'

export interface ScanSetting {
  readonly driver: ScannerDriver
  /** Name and version, for people: `grype 0.120.1`. */
  readonly title: string
  /** Absolute path of a folder for this run alone. */
  readonly temp: string
}

/**
 * Looks at every platform of an image, side by side, and answers in their order. Fails with SCAN_FAILED, SCAN_BLIND or
 * DISK_FULL, after all have ended.
 */
export async function scanImage(
  image: BuiltImage,
  setting: ScanSetting,
  ports: Pick<Ports, 'log' | 'clock'>,
): Promise<readonly PlatformScan[]> {
  const looks = await Promise.allSettled(
    image.platforms.map(platform => scanPlatform({ image, platform }, setting, ports)),
  )
  return looks.map(look => {
    if (look.status === 'rejected') throw look.reason
    return look.value
  })
}

async function scanPlatform(
  target: ScanTarget,
  { driver, title, temp }: ScanSetting,
  { log, clock }: Pick<Ports, 'log' | 'clock'>,
): Promise<PlatformScan> {
  const begun = clock.now().getTime()
  const folder = await mkdtemp(join(temp, 'scan-'))
  try {
    const report = await driver.look(target, folder)
    checkSight(target, report, title)
    const { platform, arch } = target.platform
    const took = `${((clock.now().getTime() - begun) / 1000).toFixed(1)} s`
    log.info(
      `${title}: ${target.image.name} ${platform}: ${report.findings.length} findings in ${report.packages.length} packages, ${took}`,
    )
    return { platform, arch, findings: report.findings }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
