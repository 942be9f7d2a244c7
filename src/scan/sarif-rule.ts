import type { Severity } from '../domain/finding.ts'
import type { ImageFinding } from '../domain/verdict.ts'
import { byWeight } from './order.ts'
import type { SarifLevel, SarifRule } from './sarif-log.ts'

const levels: Readonly<Record<Severity, SarifLevel>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  negligible: 'note',
  unknown: 'note',
}

/** In GitHub's ranges: critical above 9.0, high from 7.0, medium from 4.0, low from 0.1. */
const scores: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  negligible: '0.5',
  unknown: '0.1',
}

const longest = 1000

export function levelOf(severity: Severity): SarifLevel {
  return levels[severity]
}

/** The rule of a vulnerability, from all findings of it: its severity is that of the worst. `description` may be empty. */
export function ruleOf(findings: readonly [ImageFinding, ...ImageFinding[]], description: string): SarifRule {
  const [worst = findings[0]] = findings.toSorted(byWeight)
  const packages = [...new Set(findings.map(each => each.package))]
  const { id, severity, url } = worst
  const title = `${id} (${severity}) in ${shortened(packages.join(', '), 200)}`
  const full = description === '' ? title : shortened(description, longest)
  const help = [full, fixes(findings), ...remarks(worst)]
  return {
    id,
    name: id,
    shortDescription: { text: title },
    fullDescription: { text: full },
    help: { text: help.join('\n'), markdown: help.map(escaped).join('\n\n') },
    ...(url !== undefined && URL.canParse(url) ? { helpUri: url } : {}),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: tagsOf(worst, findings),
      precision: 'very-high',
      'security-severity': scores[severity],
    },
  }
}

function remarks({ aliases, exploited, epss, url }: ImageFinding): readonly string[] {
  return [
    ...(aliases.length === 0 ? [] : [`Also known as ${aliases.join(', ')}.`]),
    ...(exploited ? ['It is known to be exploited (CISA).'] : []),
    ...(epss === undefined ? [] : [`Probability of an exploit within 30 days (EPSS): ${percent(epss)}.`]),
    ...(url === undefined ? [] : [`More: ${url}`]),
  ]
}

/** GitHub takes twenty tags of a rule and shows ten. */
function tagsOf(worst: ImageFinding, findings: readonly ImageFinding[]): readonly string[] {
  const kinds = new Set(findings.map(({ kind }) => kind))
  const tags = ['security', 'vulnerability', worst.severity, ...(worst.exploited ? ['known-exploited'] : [])]
  return [...tags, ...kinds].slice(0, 10)
}

function fixes(findings: readonly ImageFinding[]): string {
  const texts = findings.map(({ package: name, fixedIn }) =>
    fixedIn.length === 0 ? `${name}: no mended version is known` : `${name}: mended in ${fixedIn.join(', ')}`,
  )
  return `${shortened([...new Set(texts)].join('; '), longest)}.`
}

/** At most so many characters, whole ones. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

/** Words of databases are text: nothing in them is to become a link, an image or a heading. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|!~]/g, '\\$&').replaceAll(/[\r\n]+/g, ' ')
}
