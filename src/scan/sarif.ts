import { createHash } from 'node:crypto'
import type { Scanner } from '../domain/finding.ts'
import type { ImageFinding } from '../domain/verdict.ts'
import type { SarifLocation, SarifLog, SarifResult, SarifRule, SarifRun } from './sarif-log.ts'
import { levelOf, ruleOf, shortened } from './sarif-rule.ts'

/** An image whose findings are reported. */
export interface ReportedImage {
  /** Name of the apko file without its ending: its category stays when the image's own name changes. */
  readonly name: string
  readonly scanner: Scanner
  /** The worst first, each once for all platforms, each with its place. */
  readonly findings: readonly ImageFinding[]
  /** Texts by vulnerability. */
  readonly descriptions: ReadonlyMap<string, string>
}

/** Results of a run that GitHub keeps; it refuses more than 25,000 and leaves out what is beyond these. */
export const shownResults = 5000

const homes = {
  grype: 'https://github.com/anchore/grype',
  trivy: 'https://github.com/aquasecurity/trivy',
} as const

/** The document of several images, a run with a category each; of every run the `most` worst results, and a word on the cut. */
export function sarifOf(images: readonly ReportedImage[], most = shownResults): SarifLog {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: images.map(image => runOf(image, most)),
  }
}

/** How GitHub tells an image's results from those of others: `giropops/<name>/`. */
export function categoryOf(name: string): string {
  return `giropops/${name}/`
}

function runOf({ name, scanner, findings, descriptions }: ReportedImage, most: number): SarifRun {
  const kept = findings.slice(0, most)
  const rules = rulesOf(kept, descriptions)
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  const seen = new Map<string, number>()
  const cut = findings.length - kept.length
  return {
    tool: {
      driver: {
        name: scanner.name,
        version: scanner.version,
        informationUri: homes[scanner.name],
        rules,
        properties: { databaseBuilt: scanner.database.built, databaseSource: scanner.database.source },
      },
    },
    automationDetails: { id: categoryOf(name) },
    invocations: [
      { executionSuccessful: true, toolExecutionNotifications: cut === 0 ? [] : [cutNote(cut, kept)] },
    ],
    columnKind: 'utf16CodeUnits',
    results: kept.map(finding => {
      const print = fingerprintOf(finding)
      const count = (seen.get(print) ?? 0) + 1
      seen.set(print, count)
      return resultOf(finding, { ruleIndex: indexes.get(finding.id) ?? -1, print: `${print}:${count}` })
    }),
  }
}

function rulesOf(
  findings: readonly ImageFinding[],
  descriptions: ReadonlyMap<string, string>,
): readonly SarifRule[] {
  const groups = Map.groupBy(findings, ({ id }) => id)
  return [...groups].flatMap(([id, [first, ...rest]]) =>
    first === undefined ? [] : [ruleOf([first, ...rest], descriptions.get(id) ?? '')],
  )
}

function cutNote(cut: number, kept: readonly ImageFinding[]) {
  const least = kept.at(-1)?.severity ?? 'critical'
  const text = `${cut} more findings, of severity ${least} or below, are left out: GitHub keeps no more. The build record has all.`
  return { level: 'warning', message: { text } } as const
}

function resultOf(
  finding: ImageFinding,
  { ruleIndex, print }: { ruleIndex: number; print: string },
): SarifResult {
  const { id, severity, package: name, version, kind, platforms, fixedIn, purl, chain = [] } = finding
  const mended = fixedIn.length === 0 ? 'no mended version is known' : `mended in ${fixedIn.join(', ')}`
  const along = chain.length > 1 ? `, brought in by ${shortened(chain.slice(0, -1).join(' → '), 300)}` : ''
  return {
    ruleId: id,
    ruleIndex,
    level: levelOf(severity),
    message: {
      text: `${name} ${version} (${platforms.join(', ')}) has ${id}, ${severity}: ${mended}${along}.`,
    },
    locations: [locationOf(finding)],
    partialFingerprints: { primaryLocationLineHash: print },
    properties: { package: name, version, kind, platforms, fixedIn, ...(purl === undefined ? {} : { purl }) },
  }
}

/** The same for every version and line: what is mended and comes back is the same alert. */
function fingerprintOf({ id, kind, package: name }: ImageFinding): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([id, kind, name]))
    .digest('hex')
  return hash.slice(0, 16)
}

function locationOf({ at }: ImageFinding): SarifLocation {
  const { file = 'apko.yaml', line = 1, column } = at ?? {}
  const uri = file.split('/').map(encodeURIComponent).join('/')
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
      region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
    },
  }
}
