import { join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { sha256OfFile } from '../domain/file-digest.ts'
import { sideBySide } from '../oci/side-by-side.ts'
import type { RecordFolder } from './released.ts'

export interface FoundPackages {
  /** Absolute path of the apk repository. */
  readonly folder: string
  /** Paths of the apks below it. */
  readonly apks: readonly string[]
  /** Whether the input "packages" names it, so that it may hold what no record knows. */
  readonly given: boolean
}

/**
 * Compares the apks with what the records say was built. Fails with PACKAGES_INVALID for each that has other bytes, that no
 * record names, or that is not there.
 */
export async function checkRecorded(
  { folder, apks, given }: FoundPackages,
  folders: readonly RecordFolder[],
): Promise<void> {
  const recorded = new Map<string, readonly string[]>()
  for (const { file, sha256 } of folders.flatMap(({ record }) => record.packages?.built ?? []))
    recorded.set(file, [...(recorded.get(file) ?? []), sha256])
  const compared = await sideBySide(apks, 4, async apk => {
    const expected = recorded.get(apk)
    if (expected === undefined) return given ? [] : [unknown(apk)]
    const actual = await sha256OfFile(join(folder, apk))
    return expected.includes(actual) ? [] : [other(apk, { expected, actual })]
  })
  const lacking = given ? [] : [...recorded.keys()].filter(file => !apks.includes(file)).map(missing)
  throwIfAny([...compared.flat(), ...lacking].slice(0, mostTold))
}

/** A wrong folder has hundreds of them. */
const mostTold = 10

const hint = 'Hand the output folder of the step that built it over as a whole, just as that step left it.'

function other(
  apk: string,
  { expected, actual }: { readonly expected: readonly string[]; readonly actual: string },
): Failure {
  const text = `${apk} is not the package of the record: recorded sha256 ${expected.join(' or ')}, found ${actual}`
  return new Failure('PACKAGES_INVALID', text, { hint })
}

function unknown(apk: string): Failure {
  return new Failure('PACKAGES_INVALID', `${apk} is among the packages, and no record names it`, {
    hint: `${hint} Packages of another place are given with the input "packages".`,
  })
}

function missing(apk: string): Failure {
  return new Failure('PACKAGES_INVALID', `${apk} is named by a record, and is not among the packages`, {
    hint,
  })
}
