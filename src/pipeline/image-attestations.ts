import { readFile } from 'node:fs/promises'
import type { ScanOfRecord } from '../domain/scan-record.ts'
import type { Descriptor } from '../domain/image.ts'
import type { InstalledApk } from '../domain/installed-apk.ts'
import { vulnerabilityPredicate } from '../scan/vulnerability-predicate.ts'
import { apkDependency, provenancePredicate, type BuildFacts } from '../sigstore/provenance.ts'
import {
  provenanceStatement,
  signatureStatement,
  spdxStatement,
  subjectOf,
  vulnerabilityStatement,
  type Statement,
} from '../sigstore/statement.ts'

/** A statement about one manifest or index of an image. */
export interface Attestation {
  readonly kind: 'signature' | 'sbom' | 'provenance' | 'vulnerabilities'
  readonly subject: Descriptor
  /** `linux/amd64`, or `index`. */
  readonly place: string
  readonly statement: Statement
}

/** What is known of one manifest or index that is to be attested. */
export interface AttestedPlace {
  readonly place: string
  readonly subject: Descriptor
  /** Absolute path of its SPDX document. */
  readonly sbom: string | undefined
  readonly apks: readonly InstalledApk[]
  /** What was found in the image; undefined when nobody looked. */
  readonly scan?: ScanOfRecord | undefined
}

export interface AttestationWish {
  /** `ghcr.io/owner/name` */
  readonly repository: string
  readonly places: readonly AttestedPlace[]
  readonly sbom: boolean
  /** What provenance is made of; none is attested without it. */
  readonly provenance: BuildFacts | undefined
  /** Who says what was found, and the page of the run. */
  readonly scannedBy: { readonly builder: string; readonly run: string }
}

/** All that is said of an image: signature, SBOM, provenance and findings of the index and of each platform. */
export async function attestationsOf(wish: AttestationWish): Promise<readonly Attestation[]> {
  const all = wish.places.map(async ({ place, subject, sbom, apks, scan }) => {
    const named = subjectOf(wish.repository, subject.digest)
    const found: Attestation[] = [
      { kind: 'signature', subject, place, statement: signatureStatement(subject.digest) },
    ]
    if (wish.sbom && sbom !== undefined) {
      const document: unknown = JSON.parse(await readFile(sbom, 'utf8'))
      found.push({ kind: 'sbom', subject, place, statement: spdxStatement(named, document) })
    }
    if (wish.provenance !== undefined) {
      const dependencies = [...wish.provenance.dependencies, ...apks.map(apkDependency)]
      const predicate = provenancePredicate({ ...wish.provenance, dependencies })
      found.push({ kind: 'provenance', subject, place, statement: provenanceStatement([named], predicate) })
    }
    if (scan !== undefined) {
      const predicate = vulnerabilityPredicate({ ...scan, ...wish.scannedBy, verdict: scan, place })
      found.push({
        kind: 'vulnerabilities',
        subject,
        place,
        statement: vulnerabilityStatement(named, predicate),
      })
    }
    return found
  })
  return (await Promise.all(all)).flat()
}
