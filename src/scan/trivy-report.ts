import type { Finding } from '../domain/finding.ts'
import { readSeverity } from './grype-report.ts'
import { objectOf, objectsIn, textOf, textsIn, type JsonObject } from './json-document.ts'
import { mergeFindings } from './merge-findings.ts'
import { listedObjects, neededText, UnreadableReport } from './scanner-report.ts'
import type { SeenPackage } from './scanner-driver.ts'

const systemPackages = 'os-pkgs'

/**
 * The findings of trivy's JSON report (schema version 2), each vulnerability of a package once. Throws UnreadableReport for a
 * result or vulnerability of another shape.
 */
export function readTrivyFindings(report: JsonObject): readonly Finding[] {
  return mergeFindings(
    listedObjects(report['Results'], 'Results').flatMap((result, at) => {
      const kind = result['Class'] === systemPackages ? 'apk' : textOf(result['Type'])
      const list = `Results[${at}].Vulnerabilities`
      return listedObjects(result['Vulnerabilities'], list).map((each, index) =>
        readVulnerability(each, kind, `${list}[${index}]`),
      )
    }),
  )
}

/** The packages of the distribution that trivy looked at (`--list-all-pkgs`). */
export function readTrivyPackages(report: JsonObject): readonly SeenPackage[] {
  const system = objectsIn(report['Results']).filter(each => each['Class'] === systemPackages)
  return system
    .flatMap(result => objectsIn(result['Packages']))
    .map(each => ({ name: textOf(each['Name']), version: textOf(each['Version']) }))
}

export interface TrivySight {
  /** What trivy's database has vulnerabilities of: `wolfi`, `alpine 3.22`. */
  readonly sources: ReadonlySet<string>
  /** What trivy said beside its report. */
  readonly words: string
}

/** The distribution by which trivy looked, when it knows it and its database has something of it: without that it finds nothing. */
export function readTrivyDistribution(
  report: JsonObject,
  { sources, words }: TrivySight,
): string | undefined {
  const system = objectOf(objectOf(report['Metadata'])['OS'])
  const family = textOf(system['Family']).toLowerCase()
  if (family === '' || family === 'none' || /unsupported os/i.test(words)) return undefined
  const known = new Set([...sources].map(each => each.toLowerCase()))
  if (family !== 'alpine') return known.has(family) ? family : undefined
  // trivy goes by the release of the repositories in the image before that of the os-release.
  const release = /\brepository="([^"]+)"/.exec(words)?.[1] ?? textOf(system['Name'])
  const minor = /^\d+\.\d+/.exec(release)?.[0] ?? release
  return known.has(`alpine ${minor}`) ? family : undefined
}

function readVulnerability(found: JsonObject, kind: string, where: string): Finding {
  const needed = (key: string): string => neededText(found, key, `${where} has no ${key}`)
  const id = needed('VulnerabilityID')
  const purl = textOf(objectOf(found['PkgIdentifier'])['PURL'])
  const url = textOf(found['PrimaryURL'])
  const description = textOf(found['Description']) || textOf(found['Title'])
  return {
    id,
    aliases: textsIn(found['VendorIDs']).filter(each => each !== id),
    severity: readSeverity(found['Severity'], where),
    package: needed('PkgName'),
    version: needed('InstalledVersion'),
    kind,
    fixedIn: readFixed(found['FixedVersion'], where),
    ...(purl !== '' && { purl }),
    ...(url !== '' && { url }),
    ...(description !== '' && { description }),
  }
}

/** `3.0.9, 3.1.2` */
function readFixed(value: unknown, where: string): readonly string[] {
  if (value === undefined) return []
  if (typeof value !== 'string') throw new UnreadableReport(`${where}.FixedVersion is no text`)
  return value
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
}
