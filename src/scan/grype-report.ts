import { severities, type Finding, type Severity } from '../domain/finding.ts'
import { isObject, objectOf, objectsIn, textOf, textsIn, type JsonObject } from './json-document.ts'
import { mergeFindings } from './merge-findings.ts'

/** The findings of grype's JSON report (its `matches`; schema of grype 0.88 and later), each vulnerability of a package once. */
export function readGrypeFindings(report: JsonObject): readonly Finding[] {
  return mergeFindings(objectsIn(report['matches']).map(readMatch))
}

/** The distribution that grype looked by, when its database has data of it; undefined when it does not know it. */
export function readGrypeDistribution(report: JsonObject): string | undefined {
  const name = textOf(objectOf(report['distro'])['name'])
  const { providers } = objectOf(objectOf(report['descriptor'])['db'])
  return isObject(providers) && (providerOf[name] ?? name) in providers ? name : undefined
}

/** Distributions whose vulnerabilities another one's provider has. */
const providerOf: Readonly<Record<string, string>> = { postmarketos: 'alpine' }

function readMatch(match: JsonObject): Finding {
  const vulnerability = objectOf(match['vulnerability'])
  const artifact = objectOf(match['artifact'])
  const fix = objectOf(vulnerability['fix'])
  const id = textOf(vulnerability['id'])
  const related = objectsIn(match['relatedVulnerabilities'])
  const all = [vulnerability, ...related]
  const [purl, url, description] = [
    textOf(artifact['purl']),
    textOf(vulnerability['dataSource']),
    first(all, 'description'),
  ]
  const epss = epssOf(all)
  return {
    id,
    aliases: [...new Set(related.map(each => textOf(each['id'])))].filter(each => each !== '' && each !== id),
    severity: severityOf(all),
    package: textOf(artifact['name']),
    version: textOf(artifact['version']),
    kind: textOf(artifact['type']),
    fixedIn: textsIn(fix['versions']),
    ...(purl !== '' && { purl }),
    ...(url !== '' && { url }),
    ...(description !== '' && { description }),
    ...(epss !== undefined && { epss }),
    ...(all.some(each => objectsIn(each['knownExploited']).length > 0) && { exploited: true }),
  }
}

/** The distribution's own severity; where it gives none, the worst that others give. */
function severityOf([own, ...related]: readonly JsonObject[]): Severity {
  const given = readSeverity(own?.['severity'])
  if (given !== 'unknown') return given
  const others = new Set(related.map(each => readSeverity(each['severity'])))
  return severities.find(each => others.has(each)) ?? 'unknown'
}

/** `Critical` as `critical`; `unknown` for a word that we do not know. */
export function readSeverity(value: unknown): Severity {
  const word = textOf(value).toLowerCase()
  return severities.find(each => each === word) ?? 'unknown'
}

function epssOf(all: readonly JsonObject[]): number | undefined {
  const scores = all.flatMap(each => objectsIn(each['epss']).map(({ epss }) => epss))
  const numbers = scores.filter(each => typeof each === 'number')
  return numbers.length === 0 ? undefined : Math.max(...numbers)
}

function first(all: readonly JsonObject[], key: string): string {
  return all.map(each => textOf(each[key])).find(text => text !== '') ?? ''
}
