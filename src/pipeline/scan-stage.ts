import type { ImageOfRecord } from '../domain/build-record.ts'
import type { ScanOfRecord } from '../domain/scan-record.ts'
import type { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import type { World } from '../ports.ts'
import type { MadeImage } from './make-images.ts'
import { reportFindings, type ReportWish } from './report-findings.ts'
import { scanImages, type ScanWish } from './scan-images.ts'

export interface ScanDone {
  /** Images that may go on. */
  readonly passed: readonly MadeImage[]
  readonly failures: readonly Failure[]
  readonly records: ReadonlyMap<MadeImage, Pick<ImageOfRecord, 'scan'>>
  /** By apko file. */
  readonly scans: ReadonlyMap<string, ScanOfRecord>
  /** Hands the findings to GitHub. */
  readonly upload: () => Promise<void>
}

/** Scans, judges and reports. Throws when no image could be looked at; what findings stop is told in `failures`. */
export async function scanStage(
  images: readonly MadeImage[],
  wish: ScanWish & ReportWish,
  world: World,
): Promise<ScanDone> {
  const { scanned, passed, failures } = await scanImages(images, wish, world)
  if (scanned.length === 0) throwIfAny(failures)
  const { files, upload } = await reportFindings(scanned, wish, world)
  const scans = new Map<string, ScanOfRecord>()
  const records = new Map<MadeImage, Pick<ImageOfRecord, 'scan'>>()
  for (const { image, scan } of scanned) {
    const { file } = image.plan.file
    const sarif = files.get(file)
    const record = { ...scan, ...(sarif === undefined ? {} : { sarif }) }
    scans.set(file, record)
    records.set(image, { scan: record })
  }
  return { passed, failures, records, scans, upload }
}
