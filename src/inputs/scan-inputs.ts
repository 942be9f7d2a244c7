import { failOnText, namedSeverities, parseFailOn } from '../domain/fail-on.ts'
import { Failure } from '../domain/failure.ts'
import { input } from './definition.ts'
import { choice, flag, lines, type Parse } from './parse.ts'
import { shownText } from './shown-text.ts'

/** Texts of `fail-on` in one spelling: `high, kev, epss>=0.5`. */
const failOn: Parse<string> = (value, name) => {
  const read = parseFailOn(value ?? '')
  if (read !== undefined) return failOnText(read)
  const accepted = `never, or one of ${namedSeverities.join(', ')}, and beside it kev and epss>=0.5`
  throw new Failure('INPUT_INVALID', `input "${name}" is ${shownText(value ?? '')}; accepted: ${accepted}`, {
    hint: `Correct "${name}".`,
  })
}

/** Inputs that say which findings stop an image, and where they are reported. */
export const scanInputs = {
  'fail-on': input({
    help: 'Severity from which on a finding stops the image before the push: `critical`, `high`, `medium`, `low`, `negligible` or `never`; `kev` and `epss>=0.5` may stand beside it.',
    parse: failOn,
    default: 'critical',
  }),
  'only-fixed': input({
    help: 'Only findings for which a mended version is known stop an image; the others are reported.',
    parse: flag,
    default: 'true',
  }),
  'scan-ignore': input({
    help: 'Findings that stop nothing, a line each: `CVE-… package=… reason=… until=YYYY-MM-DD`; or the path of a YAML file with such entries.',
    parse: lines,
  }),
  vex: input({
    help: 'OpenVEX documents, a path a line: what is `not_affected` or `fixed` stops nothing.',
    parse: lines,
  }),
  sarif: input({
    help: "`upload` shows findings in the repository's Security tab where the job may (`security-events: write`); `file` leaves the SARIF in `output` only; `false` writes none.",
    parse: choice('upload', 'file', 'false'),
    default: 'upload',
  }),
  'melange-test': input({
    help: 'Lint the built packages and run the `test:` sections of their melange files, on platforms that run here, before any image is made.',
    parse: flag,
    default: 'false',
  }),
} as const
