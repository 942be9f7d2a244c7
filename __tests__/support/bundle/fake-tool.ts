import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { BuilderName } from '../../../src/domain/tool.ts'

/** Version that a fake says it has, and the real one whose help it gives (see __tests__/fixtures/tools). */
export interface FakeVersion {
  readonly version: string
  readonly helpOf: string
}

/** What the actions take when nobody names a version. */
export const usualVersions: Readonly<Record<BuilderName, FakeVersion>> = {
  melange: { version: '0.56.5', helpOf: '0.56.5' },
  apko: { version: '1.2.39', helpOf: '1.2.31' },
}

/** A tool as a script: it tells version and flags as the real one, everything else is done by `fake-<tool>.ts`. */
export async function fakeTool(
  tool: BuilderName,
  { version, helpOf } = usualVersions[tool],
): Promise<string> {
  const fixture = (name: string): Promise<string> =>
    readFile(new URL(`../../fixtures/tools/${tool}-${helpOf}.${name}.txt`, import.meta.url), 'utf8')
  const said = (await fixture('version')).replace(/^(GitVersion: +)\S+$/m, `$1v${version}`)
  const program = fileURLToPath(new URL(`./fake-${tool}.ts`, import.meta.url))
  return `#!/bin/sh
case "$1 $2" in
'version ') cat <<'VERSION'
${said}
VERSION
;;
'build --help') cat <<'HELP'
${await fixture('build-help')}
HELP
;;
*) exec '${process.execPath}' '${program}' "$@" ;;
esac
`
}
