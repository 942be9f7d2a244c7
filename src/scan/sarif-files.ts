import { gzipSync } from 'node:zlib'
import { sarifOf, shownResults, type ReportedImage } from './sarif.ts'

/** A document that GitHub takes. */
export interface SarifFile {
  readonly images: readonly string[]
  readonly json: string
  readonly gzip: Buffer
  /** How many findings of which images were left out, for the log; empty when none was. */
  readonly cut: readonly string[]
}

/** What GitHub refuses beyond: runs of a document, bytes of it compressed. */
const mostRuns = 20
const mostBytes = 10 * 1024 * 1024

/** The findings of all images in as few documents as GitHub takes them in; of each run the worst that fit. */
export function sarifFiles(
  images: readonly ReportedImage[],
  limits = { results: shownResults, bytes: mostBytes },
): readonly SarifFile[] {
  const files: SarifFile[] = []
  for (let at = 0; at < images.length; at += mostRuns)
    files.push(fileOf(images.slice(at, at + mostRuns), limits))
  return files
}

function fileOf(
  images: readonly ReportedImage[],
  { results, bytes }: { results: number; bytes: number },
): SarifFile {
  for (let most = results; ; most = Math.floor(most / 2)) {
    const json = JSON.stringify(sarifOf(images, most))
    const gzip = gzipSync(json)
    if (gzip.length <= bytes || most === 0) {
      const cut = images.flatMap(({ name, findings }) =>
        findings.length > most ? [`${name}: ${findings.length - most} of ${findings.length}`] : [],
      )
      return { images: images.map(({ name }) => name), json, gzip, cut }
    }
  }
}
