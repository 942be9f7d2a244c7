import { join } from 'node:path'
import { boltBuckets } from './bolt-buckets.ts'
import { databaseFailure } from './database-failure.ts'

/** What a database has vulnerabilities of: `wolfi`, `alpine 3.22`, … Fails with SCAN_FAILED when it cannot be read, or has none at all. */
export async function readSources(folder: string): Promise<ReadonlySet<string>> {
  const hint = 'Give another scan-database, or leave it out.'
  const buckets = await boltBuckets(join(folder, 'db', 'trivy.db')).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error)
    throw databaseFailure(`trivy cannot use its database: its trivy.db cannot be read: ${why}`, hint, error)
  })
  const sources = new Set([...buckets].filter(name => !isDetail.has(name)))
  if (buckets.has('vulnerability') && sources.size > 0) return sources
  throw databaseFailure('trivy cannot use its database: it has no vulnerabilities', hint)
}

/** Buckets that tell of vulnerabilities, not which packages have them. */
const isDetail: ReadonlySet<string> = new Set(['vulnerability', 'data-source', 'advisory-detail'])
