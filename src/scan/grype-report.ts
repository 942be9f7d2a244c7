import { severities, type Finding, type Severity } from '../domain/finding.ts'
import { isObject, objectOf, objectsIn, textOf, type JsonObject } from './json-document.ts'
import { mergeFindings } from './merge-findings.ts'
import { listedObjects, listedTexts, neededText, UnreadableReport } from './scanner-report.ts'

/**
 * The findings of grype's JSON report (its `matches`; schema of grype 0.88 and later), each vulnerability of a package once.
 * Throws UnreadableReport for a match of another shape: a finding that is passed over is one that nobody looks at.
 */
export function readGrypeFindings(report: JsonObject): readonly Finding[] {
  return mergeFindings(
    listedObjects(report['matches'], 'matches').map((match, at) => readMatch(match, `matches[${at}]`)),
  )
}

/** The distribution that grype looked by, when its database has data of it; undefined when it does not know it. */
export function readGrypeDistribution(report: JsonObject): string | undefined {
  const name = textOf(objectOf(report['distro'])['name'])
  const { providers } = objectOf(objectOf(report['descriptor'])['db'])
  return isObject(providers) && (providerOf[name] ?? name) in providers ? name : undefined
}

/** Distributions whose vulnerabilities another one's provider has. */
const providerOf: Readonly<Record<string, string>> = { postmarketos: 'alpine' }

function readMatch(match: JsonObject, where: string): Finding {
  const vulnerability = objectOf(match['vulnerability'])
  const artifact = objectOf(match['artifact'])
  const fix = objectOf(vulnerability['fix'])
  const id = neededText(vulnerability, 'id', `${where} has no vulnerability.id`)
  const related = listedObjects(match['relatedVulnerabilities'], `${where}.relatedVulnerabilities`)
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
    severity: severityOf(all, where),
    package: neededText(artifact, 'name', `${where} has no artifact.name`),
    version: neededVersion(artifact, where),
    kind: textOf(artifact['type']),
    fixedIn: listedTexts(fix['versions'], `${where}.vulnerability.fix.versions`),
    ...(purl !== '' && { purl }),
    ...(url !== '' && { url }),
    ...(description !== '' && { description }),
    ...(epss !== undefined && { epss }),
    ...(all.some(each => objectsIn(each['knownExploited']).length > 0) && { exploited: true }),
  }
}

/** grype matches a package whose version nobody knows by its name: an empty version is one of its words, none is not. */
function neededVersion({ version }: JsonObject, where: string): string {
  if (typeof version === 'string') return version
  throw new UnreadableReport(`${where} has no artifact.version`)
}

/** The distribution's own severity; where it gives none, the worst that others give. */
function severityOf([own, ...related]: readonly JsonObject[], where: string): Severity {
  const given = readSeverity(own?.['severity'], where)
  const others = new Set(related.map(each => readSeverity(each['severity'], where)))
  if (given !== 'unknown') return given
  return severities.find(each => others.has(each)) ?? 'unknown'
}

/** `Critical` as `critical`; `unknown` where nothing is said. Throws UnreadableReport for any other word, and what is no word. */
export function readSeverity(value: unknown, where: string): Severity {
  if (value === undefined) return 'unknown'
  const word = typeof value === 'string' ? value.trim().toLowerCase() : undefined
  const severity = word === '' ? 'unknown' : severities.find(each => each === word)
  if (severity !== undefined) return severity
  const shown = JSON.stringify(value).slice(0, 60)
  throw new UnreadableReport(`${where} has the severity ${shown}; known: ${severities.join(', ')}`)
}

function epssOf(all: readonly JsonObject[]): number | undefined {
  const scores = all.flatMap(each => objectsIn(each['epss']).map(({ epss }) => epss))
  const numbers = scores.filter(each => typeof each === 'number')
  return numbers.length === 0 ? undefined : Math.max(...numbers)
}

function first(all: readonly JsonObject[], key: string): string {
  return all.map(each => textOf(each[key])).find(text => text !== '') ?? ''
}
