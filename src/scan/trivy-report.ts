import type { Finding } from '../domain/finding.ts'
import { readSeverity } from './grype-report.ts'
import { objectOf, objectsIn, textOf, textsIn, type JsonObject } from './json-document.ts'
import { mergeFindings } from './merge-findings.ts'
import type { SeenPackage } from './scanner-driver.ts'

const systemPackages = 'os-pkgs'

/** The findings of trivy's JSON report (schema version 2), each vulnerability of a package once. */
export function readTrivyFindings(report: JsonObject): readonly Finding[] {
  return mergeFindings(
    objectsIn(report['Results']).flatMap(result => {
      const kind = result['Class'] === systemPackages ? 'apk' : textOf(result['Type'])
      return objectsIn(result['Vulnerabilities']).map(each => readVulnerability(each, kind))
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

/** The distribution that trivy found, when it looked for vulnerabilities by it. */
export function readTrivyDistribution(report: JsonObject): string | undefined {
  const family = textOf(objectOf(objectOf(report['Metadata'])['OS'])['Family'])
  return family === '' || family === 'none' ? undefined : family
}

function readVulnerability(found: JsonObject, kind: string): Finding {
  const id = textOf(found['VulnerabilityID'])
  const purl = textOf(objectOf(found['PkgIdentifier'])['PURL'])
  const url = textOf(found['PrimaryURL'])
  const description = textOf(found['Description']) || textOf(found['Title'])
  return {
    id,
    aliases: textsIn(found['VendorIDs']).filter(each => each !== id),
    severity: readSeverity(found['Severity']),
    package: textOf(found['PkgName']),
    version: textOf(found['InstalledVersion']),
    kind,
    fixedIn: textOf(found['FixedVersion'])
      .split(',')
      .map(each => each.trim())
      .filter(each => each !== ''),
    ...(purl !== '' && { purl }),
    ...(url !== '' && { url }),
    ...(description !== '' && { description }),
  }
}
