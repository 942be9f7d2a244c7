import { relative } from 'node:path'
import type { ImageOfRecord } from '../domain/build-record.ts'
import type { ScanOfRecord } from '../domain/scan-record.ts'
import type { Failure } from '../domain/failure.ts'
import { eachAlone, partOutcomes } from '../domain/outcome.ts'
import type { Inputs } from '../inputs/actions.ts'
import type { World } from '../ports.ts'
import type { OpenScanner } from '../scan/open-scanner.ts'
import { beside } from './beside.ts'
import { makeDockerTar, type MadeImage } from './make-images.ts'
import type { Plan } from './plan.ts'
import type { Destinations } from './preflight.ts'
import type { RunRecorder } from './run-record.ts'
import type { ScanDone } from './scan-stage.ts'
import type { ScanSource } from './start-scanner.ts'

export interface ScanAndPackWish {
  readonly plan: Plan
  readonly inputs: Inputs<'build'> | Inputs<'image'>
  readonly destinations: Destinations
  /** Absolute path of the output folder. */
  readonly output: string
  readonly scan: ScanSource | undefined
  readonly scanner: OpenScanner | undefined
}

export interface ScannedAndPacked {
  /** Images that may go on, in their order. */
  readonly passed: readonly MadeImage[]
  readonly failures: readonly Failure[]
  /** What the record gets of each. */
  readonly parts: readonly (readonly [MadeImage, Partial<ImageOfRecord>])[]
  /** What was found, by apko file. */
  readonly scans: ReadonlyMap<string, ScanOfRecord>
  /** The upload of the findings, which goes on beside the rest of the run. */
  readonly upload: Promise<void>
}

/** Scans the images, and packs them as docker tars where they are wanted, both at once: neither changes the layout. */
export async function scanAndPack(
  images: readonly MadeImage[],
  wish: ScanAndPackWish,
  { world, recorder }: { readonly world: World; readonly recorder: RunRecorder },
): Promise<ScannedAndPacked> {
  const { plan, inputs } = wish
  const packs = plan.load || inputs.output !== undefined
  const packing = plan.load ? 'load' : 'docker tar'
  const scans = wish.scanner !== undefined
  const pack = (): Promise<Packed> => packAll(images, wish, world)
  const scan = (): Promise<ScanDone | undefined> => scanAll(images, wish, world)
  if (packs && scans) {
    const both = () => beside(recorder.wideStage('scan', scan), recorder.wideStage(packing, pack))
    const [scanned, packed] = await world.log.group(`scan, ${packing}`, both)
    return joined(images, scanned, packed)
  }
  const packed = packs ? await recorder.stage(packing, pack) : undefined
  return joined(images, scans ? await recorder.stage('scan', scan) : undefined, withGap(images, wish, packed))
}

interface Packed {
  readonly passed: readonly MadeImage[]
  readonly failures: readonly Failure[]
  readonly parts: ScannedAndPacked['parts']
}

async function packAll(
  images: readonly MadeImage[],
  { plan, output }: ScanAndPackWish,
  world: World,
): Promise<Packed> {
  const outcomes = await eachAlone(images, async image => {
    const { file, loaded } = await makeDockerTar(image, plan, world)
    return [image, { dockerTar: relative(output, file), loaded }] as const
  })
  const { values: parts, failed: failures } = partOutcomes(outcomes)
  return { passed: parts.map(([image]) => image), failures, parts }
}

async function scanAll(
  images: readonly MadeImage[],
  { plan, inputs, destinations, output, scan, scanner }: ScanAndPackWish,
  world: World,
): Promise<ScanDone | undefined> {
  if (scan === undefined || scanner === undefined) return undefined
  // What scanning needs is loaded by those runs alone that scan.
  const { scanStage } = await import('./scan-stage.ts')
  const { files: melange } = plan.packages
  return scanStage(images, { plan: scan.plan, scanner, inputs, destinations, output, melange }, world)
}

/** Tells of each image that it was to be scanned, and there was no database to scan it with. */
function withGap(
  images: readonly MadeImage[],
  { scan, scanner }: ScanAndPackWish,
  packed: Packed = { passed: images, failures: [], parts: [] },
): Packed {
  if (scan === undefined || scanner !== undefined) return packed
  const notScanned = `there was no database for ${scan.plan.scanner} (the log tells why), and fail-on is never`
  return { ...packed, parts: [...packed.parts, ...images.map(image => [image, { notScanned }] as const)] }
}

function joined(
  images: readonly MadeImage[],
  scanned: ScanDone | undefined,
  packed: Packed = { passed: images, failures: [], parts: [] },
): ScannedAndPacked {
  const { passed, failures, parts } = packed
  if (scanned === undefined) return { ...packed, scans: new Map(), upload: Promise.resolve() }
  const upload = scanned.upload()
  // It is awaited in the end; until then nobody is there to be told.
  upload.catch(() => {})
  return {
    passed: passed.filter(image => scanned.passed.includes(image)),
    failures: [...failures, ...scanned.failures],
    parts: [...parts, ...scanned.records],
    scans: scanned.scans,
    upload,
  }
}
