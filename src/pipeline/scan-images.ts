import type { ScanOfRecord } from '../domain/scan-record.ts'
import type { Failure } from '../domain/failure.ts'
import type { Scanner } from '../domain/finding.ts'
import type { BuiltImage } from '../domain/image.ts'
import { eachAlone, partOutcomes } from '../domain/outcome.ts'
import type { ImageFinding, Verdict } from '../domain/verdict.ts'
import type { MelangeFile } from '../melange/melange-file.ts'
import type { World } from '../ports.ts'
import { compareFindings } from '../scan/compare.ts'
import { findingsOfImage, keyOf } from '../scan/image-findings.ts'
import { judge } from '../scan/judge.ts'
import type { OpenScanner } from '../scan/open-scanner.ts'
import { placeFindings } from '../scan/source-lines.ts'
import { vulnerable } from '../scan/vulnerable.ts'
import { findEarlier, type EarlierScan } from './earlier-findings.ts'
import type { LoginInputs } from './find-login.ts'
import type { MadeImage } from './make-images.ts'
import { namedPackages } from './named-packages.ts'
import type { Destinations } from './preflight.ts'
import type { ScanPlan } from './scan-plan.ts'
import { waitForEarlier } from './wait-for-earlier.ts'

export interface ScanWish {
  readonly plan: ScanPlan
  readonly scanner: OpenScanner
  readonly inputs: LoginInputs
  /** Where the run pushes to, and who it is there. */
  readonly destinations: Destinations
  /** melange files of this run, whose dependencies bring packages in. */
  readonly melange: readonly MelangeFile[]
}

/** An image that was looked at. */
export interface ScannedImage {
  readonly image: MadeImage
  /** What is not ignored, the worst first. */
  readonly findings: readonly ImageFinding[]
  /** Texts by vulnerability. */
  readonly descriptions: ReadonlyMap<string, string>
  readonly scan: ScanOfRecord
}

export interface ScannedImages {
  readonly scanned: readonly ScannedImage[]
  /** The images that may go on, in their order. */
  readonly passed: readonly MadeImage[]
  /** Why the others may not. */
  readonly failures: readonly Failure[]
}

/** Looks at every platform of every image and judges it. One that fails or could not be looked at does not stop the others. */
export async function scanImages(
  images: readonly MadeImage[],
  wish: ScanWish,
  world: World,
): Promise<ScannedImages> {
  const outcomes = await eachAlone(images, image => scanOne(image, wish, world))
  const { values: scanned, failed } = partOutcomes(outcomes)
  const stopped = scanned.filter(({ scan }) => !scan.pass)
  tellEntries(scanned, world)
  return {
    scanned,
    passed: scanned.filter(({ scan }) => scan.pass).map(({ image }) => image),
    failures: [...failed, ...stopped.map(({ image, scan }) => vulnerable(image.plan.name, scan))],
  }
}

async function scanOne(image: MadeImage, wish: ScanWish, world: World): Promise<ScannedImage> {
  const { plan, scanner, melange } = wish
  const { clock, log, machine } = world
  const startedAt = clock.now().toISOString()
  const [scans, earlier] = await waitForEarlier(
    { scan: () => scanner.scan(image.built), ask: () => findEarlier(image.plan, wish, world) },
    clock,
  )
  const finishedAt = clock.now().toISOString()
  const platforms = image.built.platforms.map(({ platform, relations = [] }) => ({ platform, relations }))
  const named = namedPackages(image, melange, machine.workspace)
  const found = findingsOfImage(scans)
  const findings = placeFindings(found.findings, platforms, named)
  const verdict = judge(
    {
      image: { name: image.plan.name, digests: digestsOf(image.built) },
      scanner: scanner.scanner,
      platforms: scans,
      findings,
      origins: new Map(
        platforms.flatMap(({ relations }) => relations.map(({ name, origin }) => [name, origin])),
      ),
    },
    { ...plan.policy, today: startedAt.slice(0, 10) },
  )
  log.info(verdictLine(image.plan.name, verdict))
  const ignored = new Set(verdict.ignored.map(keyOf))
  return {
    image,
    findings: findings.filter(finding => !ignored.has(keyOf(finding))),
    descriptions: found.descriptions,
    scan: { ...verdict, startedAt, finishedAt, ...comparisonOf(findings, earlier) },
  }
}

function comparisonOf(
  findings: readonly ImageFinding[],
  scan: EarlierScan,
): Pick<ScanOfRecord, 'since' | 'notCompared'> {
  if (scan.state === 'none') return {}
  if (scan.state === 'unknown') return { notCompared: scan.why }
  const { reference, digest, scannedAt, findings: before } = scan.earlier
  return { since: { reference, digest, scannedAt, ...compareFindings(findings, before) } }
}

function digestsOf({ index, platforms }: BuiltImage): readonly string[] {
  return [index, ...platforms.map(({ manifest }) => manifest)].map(({ digest }) => digest)
}

function verdictLine(name: string, { pass, failing, others, ignored, failOn, scanner }: Verdict): string {
  const count = failing.length + others.length
  const word = pass ? 'nothing stops it' : `${failing.length} ${failing.length === 1 ? 'stops' : 'stop'} it`
  return `${name}: ${count} ${count === 1 ? 'finding' : 'findings'}, ${ignored.length} ignored; ${word} (fail-on: ${failOn}; ${databaseOf(scanner)})`
}

function databaseOf({ name, database }: Scanner): string {
  return `${name}, database of ${database.built}`
}

/** Entries that do nothing any more are to be taken out; each is told once for all images. */
function tellEntries(scanned: readonly ScannedImage[], { log }: World): void {
  const [first] = scanned
  if (first === undefined) return
  for (const { vulnerability, package: name, until, at } of first.scan.expired) {
    log.warning(
      `scan-ignore: the entry ${vulnerability} of ${name} ended on ${until} and does not count any more`,
      at,
    )
  }
  const unused = first.scan.unused.filter(entry => scanned.every(({ scan }) => scan.unused.includes(entry)))
  for (const { vulnerability, package: name, at } of unused) {
    log.notice(`scan-ignore: no finding needs the entry ${vulnerability} of ${name}; it can be taken out`, at)
  }
}
