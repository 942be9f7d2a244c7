import type { ImageOfRecord } from '../domain/build-record.ts'
import type { ScanOfRecord } from '../domain/scan-record.ts'

/** Findings of each kind that the output lists at most: outputs of a job have 1 MiB in all; the record has every one. */
const most = 100

/** The output `verdict`: JSON for all images that were scanned; undefined when none was. */
export function verdictOf(images: readonly ImageOfRecord[]): string | undefined {
  const scanned = images.flatMap(({ name, scan }) => (scan === undefined ? [] : [{ name, scan }]))
  const [first] = scanned
  if (first === undefined) return undefined
  const { failOn, onlyFixed, scanner } = first.scan
  return JSON.stringify({
    pass: scanned.every(({ scan }) => scan.pass),
    failOn,
    onlyFixed,
    scanner,
    images: scanned.map(({ name, scan }) => ({ name, ...shortened(scan) })),
  })
}

function shortened({ pass, counts, failing, others, ignored, expired, unused }: ScanOfRecord): object {
  return {
    pass,
    counts,
    failing: failing.slice(0, most),
    ignored: ignored.slice(0, most),
    expired: expired.slice(0, most),
    unused: unused.slice(0, most),
    total: { failing: failing.length, others: others.length, ignored: ignored.length },
  }
}
