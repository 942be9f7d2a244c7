import type { ScanOfRecord } from '../domain/scan-record.ts'
import { severities } from '../domain/finding.ts'
import type { ComparedFinding, ImageFinding } from '../domain/verdict.ts'
import { code, details, escape, table } from './markdown.ts'

/** Lines of each table; a summary has 1 MiB for all images. */
const shown = { stopping: 50, others: 100, ignored: 50, changes: 50 }

/** What was found in an image, for the job summary. */
export function findingsPart(scan: ScanOfRecord | undefined, notScanned?: string): readonly string[] {
  if (scan === undefined) return notScanned === undefined ? [] : [`**Not scanned**: ${escape(notScanned)}.`]
  const { pass, failing, others, ignored, failOn, onlyFixed, scanner } = scan
  const policy = `\`fail-on\`: ${failOn}, \`only-fixed\`: ${onlyFixed}`
  const word = pass
    ? `Nothing found stops it (${policy}).`
    : `**${countOf(failing.length, 'finding stops', 'findings stop')} it** (${policy}): it was not pushed.`
  const { name, version, database } = scanner
  return [
    word,
    table(
      ['Platform', ...severities, 'ignored'],
      scan.counts.map(counts => [
        code([counts.platform]),
        ...severities.map(severity => String(counts[severity])),
        String(counts.ignored),
      ]),
    ),
    ...(failing.length === 0 ? [] : [findingsTable(failing, shown.stopping)]),
    ...(others.length === 0
      ? []
      : [details(`The other findings: ${others.length}`, findingsTable(others, shown.others))]),
    ...(ignored.length === 0 ? [] : [details(`Ignored: ${ignored.length}`, ignoredTable(scan))]),
    ...entriesPart(scan),
    ...sincePart(scan),
    `Looked at by ${name} ${escape(version)} with the database of ${escape(database.built)}.`,
  ]
}

const countOf = (count: number, one: string, several: string): string =>
  `${count} ${count === 1 ? one : several}`

function findingsTable(findings: readonly ImageFinding[], most: number): string {
  const rows = findings.slice(0, most).map(finding => {
    const { id, severity, package: apk, version, fixedIn, platforms, at, exploited, epss, url } = finding
    const notes = [
      exploited ? 'exploited' : '',
      epss === undefined ? '' : `EPSS ${(epss * 100).toFixed(1)} %`,
    ]
    return [
      linked(id, url),
      [severity, ...notes.filter(note => note !== '')].join(', '),
      escape(apk),
      escape(version),
      escape(fixedIn.join(', ')) || 'none known',
      at === undefined ? '' : code([`${at.file}:${at.line ?? 1}`]),
      platforms.map(escape).join(', '),
    ]
  })
  const head = ['Vulnerability', 'Severity', 'Package', 'Version', 'Mended in', 'Brought in by', 'Platforms']
  return withMore(table(head, rows), findings.length - rows.length)
}

function ignoredTable({ ignored }: ScanOfRecord): string {
  const rows = ignored
    .slice(0, shown.ignored)
    .map(({ id, package: apk, by, reason, until = '' }) => [
      escape(id),
      escape(apk),
      by === 'vex' ? 'VEX' : `\`scan-ignore\` until ${escape(until)}`,
      escape(cut(reason)),
    ])
  return withMore(table(['Vulnerability', 'Package', 'By', 'Reason'], rows), ignored.length - rows.length)
}

function entriesPart({ expired, unused }: ScanOfRecord): readonly string[] {
  const named = (entries: ScanOfRecord['expired']): string =>
    entries
      .slice(0, shown.ignored)
      .map(({ vulnerability, package: apk }) => `${escape(vulnerability)} of ${escape(apk)}`)
      .join(', ')
  return [
    ...(expired.length === 0
      ? []
      : [`Entries of \`scan-ignore\` that ended and do not count any more: ${named(expired)}.`]),
    ...(unused.length === 0 ? [] : [`Entries of \`scan-ignore\` that nothing needs: ${named(unused)}.`]),
  ]
}

function sincePart({ since, notCompared }: ScanOfRecord): readonly string[] {
  if (notCompared !== undefined) return [`Not compared with an earlier scan: ${escape(cut(notCompared))}.`]
  if (since === undefined) return ['First scan: there is no earlier one to compare with.']
  const { reference, scannedAt, added, gone } = since
  const against = `${code([reference])}, scanned on ${escape(scannedAt.slice(0, 10))}`
  if (added.length === 0 && gone.length === 0) return [`The same findings as ${against}.`]
  const rows = [...changeRows('new', added), ...changeRows('gone', gone)]
  const title = `Against ${against}: ${added.length} new, ${gone.length} gone.`
  const head = ['Change', 'Vulnerability', 'Severity', 'Package', 'Version']
  return [title, withMore(table(head, rows), added.length + gone.length - rows.length)]
}

function changeRows(change: string, findings: readonly ComparedFinding[]): readonly (readonly string[])[] {
  return findings
    .slice(0, shown.changes)
    .map(({ id, severity, package: apk, version }) => [
      change,
      escape(id),
      severity,
      escape(apk),
      escape(version),
    ])
}

function withMore(text: string, more: number): string {
  return more > 0 ? `${text}\n\n${more} more are in the record.` : text
}

/** A link where the address is one of the web and has nothing that ends a link. */
function linked(id: string, url: string | undefined): string {
  const isPlain = url !== undefined && /^https?:\/\/[^\s()<>|\\`]+$/.test(url)
  return isPlain ? `[${escape(id)}](${url})` : escape(id)
}

function cut(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
