import { resolve } from 'node:path'
import { Failure, type SourcePlace } from '../domain/failure.ts'
import { collect } from '../domain/failures.ts'
import type { IgnoreEntry } from '../domain/verdict.ts'
import { readYamlFile } from '../domain/yaml-file.ts'
import { checkEntry, type EntryTexts } from './ignore-entry.ts'
import { ofInput } from './named-input.ts'

/** Entries of `scan-ignore`, and all that is wrong with them. */
export interface IgnoreList {
  readonly entries: readonly IgnoreEntry[]
  readonly failures: readonly Failure[]
}

const example = 'CVE-2026-11111 package=openssl reason=the flaw is in a server we do not run until=2026-12-31'

/**
 * Reads the input `scan-ignore`: a line is an entry, or the path of a YAML file that lists entries (`vulnerability`, `package`,
 * `reason`, `until`). Wrong entries are INPUT_INVALID each, with the line of the file; CONFIG_MISSING for a file that is not there.
 */
export async function readIgnoreList(lines: readonly string[], workspace: string): Promise<IgnoreList> {
  const entries: IgnoreEntry[] = []
  const failures: Failure[] = []
  const take = ({ texts, repeated = [] }: Written, where: string, at?: SourcePlace): void => {
    const { entry, problems: others } = checkEntry(texts)
    const problems = [...repeated.map(key => `"${key}" is given twice`), ...others]
    if (entry !== undefined && problems.length === 0)
      entries.push(at === undefined ? entry : { ...entry, at })
    if (problems.length > 0) failures.push(wrong(`${where}: ${problems.join('; ')}`, at))
  }
  for (const line of lines) {
    if (isFile(line)) {
      await collect(failures, async () => {
        const yaml = await readYamlFile(resolve(workspace, line), line)
        const { file, value } = yaml
        if (!Array.isArray(value)) throw wrong(`${line}: not a list of entries`, { file, line: 1 })
        for (const [index, item] of value.entries()) {
          const at = yaml.placeOf([index])
          take({ texts: textsOf(item) }, `${file}:${at.line}`, at)
        }
      })
    } else take(textsOfLine(line), JSON.stringify(line))
  }
  return { entries, failures: failures.map(failure => ofInput('scan-ignore', failure)) }
}

interface Written {
  readonly texts: EntryTexts
  /** Parts that a line has more than once; in YAML that is no mapping. */
  readonly repeated?: readonly string[]
}

/** `CVE-… package=… reason=… until=…`; a value goes on until the next of these words, or the end of its quotes. */
function textsOfLine(line: string): Written {
  const parts = line.matchAll(
    /\s(package|reason|until)=("[^"]*"|'[^']*'|.*?)(?=\s+(?:package|reason|until)=|\s*$)/gs,
  )
  const pairs = [...parts].map(([, key = '', value = '']) => [key, value.replace(/^(["'])(.*)\1$/s, '$2')])
  const [vulnerability = ''] = line.split(/\s+(?:package|reason|until)=/)
  const keys = pairs.map(([key = '']) => key)
  return {
    texts: { vulnerability, ...(Object.fromEntries(pairs) as EntryTexts) },
    repeated: [...new Set(keys.filter((key, at) => keys.indexOf(key) !== at))],
  }
}

function textsOf(item: unknown): EntryTexts {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? item : {}
}

/** An entry has spaces and signs of equality. */
function isFile(line: string): boolean {
  return /\.ya?ml$/i.test(line) && !line.includes('=')
}

function wrong(problem: string, at?: SourcePlace): Failure {
  return new Failure('INPUT_INVALID', problem, {
    at,
    hint: `An entry has all four parts: ${example}`,
  })
}
