import { Failure } from '../domain/failure.ts'
import type { ImageFinding, Verdict } from '../domain/verdict.ts'

const mostNamed = 5

/** VULNERABLE, for an image whose findings stop it; names the worst of them, on the line that brings the first one in. */
export function vulnerable(image: string, { failing, failOn, onlyFixed }: Verdict): Failure {
  const [worst] = failing
  const named = failing.slice(0, mostNamed).map(finding => `  ${lineOf(finding)}`)
  const more = failing.length - named.length
  const count = failing.length === 1 ? '1 finding stops' : `${failing.length} findings stop`
  const message = [
    `${image}: ${count} it (fail-on: ${failOn}, only-fixed: ${onlyFixed}); it was not pushed`,
    ...named,
    ...(more > 0 ? [`  and ${more} more, in the summary and the build record`] : []),
  ].join('\n')
  return new Failure('VULNERABLE', message, {
    at: worst?.at,
    hint: worst === undefined ? undefined : hintOf(worst),
  })
}

function lineOf(finding: ImageFinding): string {
  const { id, severity, package: name, version, fixedIn, platforms, at, chain = [], exploited } = finding
  const mended = fixedIn.length === 0 ? 'no mended version is known' : `mended in ${fixedIn.join(', ')}`
  const where = at === undefined ? '' : `; ${at.file}:${at.line ?? 1}`
  const by = chain.length > 1 ? ` by way of ${chain.slice(0, -1).join(' → ')}` : ''
  const known = exploited ? ', known to be exploited' : ''
  return oneLine(
    `${id} ${severity}${known}: ${name} ${version} (${platforms.join(', ')}), ${mended}${where}${by}`,
  )
}

function hintOf({ id, package: name, fixedIn }: ImageFinding): string {
  const [version] = fixedIn
  const mend =
    version === undefined
      ? 'Take the package out, or wait for a mended version'
      : `Build again with ${name} ${version} or later (where a lock holds the old one, run once with \`lockfile: update\`)`
  return oneLine(
    `${mend}; or say why it does no harm, in scan-ignore: ${id} package=${name} reason=… until=YYYY-MM-DD`,
  )
}

/** Databases are not ours: nothing of them begins a line of the log. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
