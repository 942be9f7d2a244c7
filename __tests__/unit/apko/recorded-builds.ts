import { readFileSync } from 'node:fs'
import { explainFailure } from '../../../src/apko/apko-failure.ts'
import type { ApkoFile } from '../../../src/apko/apko-file.ts'
import { readApkoLog, untilRepeated } from '../../../src/apko/apko-log.ts'
import type { FailedBuild } from '../../../src/apko/failed-build.ts'

/** Folder of what real apkos printed, `<version>-<case>.log`; paths and hosts were changed. */
export const recordedLogs = new URL('../../fixtures/apko/logs/', import.meta.url)

/** The lines of a recorded log, without the repeated error. */
export function recordedLines(name: string): readonly string[] {
  const lines: string[] = []
  const text = readFileSync(new URL(`${name}.log`, recordedLogs), 'utf8').trimEnd()
  text.split('\n').forEach(untilRepeated(line => lines.push(line)))
  return lines
}

/** The file that the logs were recorded with. */
export const apkoFile: ApkoFile = {
  file: 'apko.yaml',
  name: 'apko',
  architectures: [],
  repositories: ['/srv/distro', 'packages'],
  buildRepositories: [],
  packages: ['alpine-baselayout-data', 'hello'],
  annotations: {},
  checksum: undefined,
  needs: [],
  warnings: [],
  placeOf: path => ({ file: path[0] === 'include' ? 'main.yaml' : 'apko.yaml', line: 1 }),
  placeOfPackage: name => ({ file: 'apko.yaml', line: name === 'alpine-baselayout-data' ? 6 : 7 }),
  placeOfRepository: address => ({ file: 'apko.yaml', line: address === 'packages' ? 4 : 3 }),
}

/** The failure for lines that apko printed. */
export function explainLines(
  lines: readonly string[],
  build: Partial<FailedBuild> & { readonly version?: string } = {},
) {
  const { version = '1.2.31', ...given } = build
  const flags = new Set(['--arch'])
  const apko = { name: 'apko', version, path: '/apko', sha256: '', source: 'path', flags } as const
  return explainFailure({ file: apkoFile, apko, code: 1, log: readApkoLog(lines), missing: [], ...given })
}

/** The failure for a recorded log. */
export function explainRecorded(name: string, missing: FailedBuild['missing'] = []) {
  return explainLines(recordedLines(name), { version: name.split('-')[0] ?? '', missing })
}

export const lineOf = (line: number) => ({ file: 'apko.yaml', line })
