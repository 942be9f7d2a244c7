import { createHash } from 'node:crypto'

/** A file or link of a source folder, as a build sees it. */
export type SourceEntry =
  | { readonly path: string; readonly mode: number; readonly sha256: string }
  | { readonly path: string; readonly link: string }
  | { readonly path: string; readonly commit: string }

/** What a melange file says. */
export type Instructions =
  /** As `melange compile` answers, without places: pipelines, variables and the environment file are in it. */
  | { readonly compiled: unknown }
  /** Where the tool can't compile it: sha256 of the files, and what lies in the pipeline folders. */
  | {
      readonly file: string
      readonly varsFile?: string
      readonly envFile?: string
      readonly pipelines: readonly (readonly SourceEntry[])[]
    }

/** One apk that an index offers. */
export interface OfferedApk {
  readonly name: string
  readonly version: string
  /** apk's checksum of the control member, which holds the data's: the signature is not in it. */
  readonly checksum: string
}

/** What is installed where the build runs. */
export type BuildEnvironment =
  /** What the solver picks today. */
  | { readonly picked: readonly OfferedApk[] }
  /** Where nobody can ask the solver: sha256 of the indexes it picks from, and what this run made that it may pick. */
  | { readonly indexes: readonly string[]; readonly own: readonly OfferedApk[] }

/** All that decides what the apks of one file and architecture hold; no place, no machine, no time. */
export interface ContentFacts {
  readonly name: string
  /** apk's name of it: `x86_64`. */
  readonly architecture: string
  readonly instructions: Instructions
  readonly source: readonly SourceEntry[]
  readonly environment: BuildEnvironment
  /** Whether packages that this run made before are on offer; melange writes it down. */
  readonly hasRepository: boolean
  readonly namespace?: string
  readonly packages: readonly string[]
  readonly extraArgs: readonly string[]
  /** `throw-away`, or sha256 of the public key's text. */
  readonly key: string
  readonly melange: { readonly version: string; readonly sha256: string }
  /** What the caller wants a package to be taken from its own commit for; see docs/decisions/0009. */
  readonly stamps: Stamps
}

export interface Stamps {
  readonly sourceDateEpoch?: number
  readonly gitCommit?: string
  readonly gitRepoUrl?: string
}

/** To be raised when what the facts mean changes: old entries are then never found again. */
const format = 1

/** sha256 (hex) over the facts. Order counts only where melange heeds it: what lies in folders and indexes is sorted. */
export function contentKey(facts: ContentFacts): string {
  const { source, environment, instructions } = facts
  const sorted = {
    ...facts,
    source: sortedEntries(source),
    instructions:
      'pipelines' in instructions
        ? { ...instructions, pipelines: instructions.pipelines.map(sortedEntries) }
        : instructions,
    environment:
      'picked' in environment
        ? { picked: sortedApks(environment.picked) }
        : { indexes: environment.indexes, own: sortedApks(environment.own) },
  }
  return createHash('sha256')
    .update(canonical({ format, facts: sorted }))
    .digest('hex')
}

function sortedEntries(entries: readonly SourceEntry[]): readonly SourceEntry[] {
  return entries.toSorted((a, b) => compare(a.path, b.path))
}

function sortedApks(apks: readonly OfferedApk[]): readonly OfferedApk[] {
  return apks.toSorted((a, b) => compare(a.name, b.name) || compare(a.version, b.version))
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** JSON with the names of every mapping in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => compare(a, b)))
      : part,
  )
}
