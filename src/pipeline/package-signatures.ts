import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestFromHex } from '../domain/digest.ts'
import type { LocalRepository } from '../domain/package.ts'
import { provenancePredicate, type BuildFacts } from '../sigstore/provenance.ts'
import type { Payload } from '../sigstore/sign-payloads.ts'
import { provenanceStatement, subjectOf } from '../sigstore/statement.ts'

/** Something of the package repository that is signed, and the file that its bundle goes to. */
export interface FilePayload {
  readonly payload: Payload
  /** Absolute path. */
  readonly bundle: string
}

/** Every package and the public key, each signed as a file with the bundle beside it; and the provenance of those that were built, together. */
export function packagePayloads(
  repository: LocalRepository,
  facts: BuildFacts | undefined,
): readonly FilePayload[] {
  const { folder, publicKey, packages } = repository
  const files = [...packages.map(({ file }) => join(folder, file)), publicKey].map(file => ({
    payload: { kind: 'blob' as const, name: file.slice(folder.length + 1), read: () => readFile(file) },
    bundle: `${file}.sigstore.json`,
  }))
  // What an earlier run built, this one cannot tell of.
  const built = packages.filter(({ taken }) => !taken)
  if (facts === undefined || built.length === 0) return files
  const subjects = built.map(({ file, sha256 }) => subjectOf(file, digestFromHex(sha256)))
  const statement = provenanceStatement(subjects, provenancePredicate(facts))
  const payload = { kind: 'statement' as const, name: 'provenance of the packages', statement }
  return [...files, { payload, bundle: join(folder, 'provenance.sigstore.json') }]
}
