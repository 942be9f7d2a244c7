import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { normalize, resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { readYamlFile, type YamlFile } from '../domain/yaml-file.ts'
import type { Warning } from './unknown-keys.ts'
import { isMapping, nodeAt } from './yaml-walk.ts'

/** An apko file, then what it includes, what that includes, and so on. */
export interface IncludeChain {
  readonly files: readonly [YamlFile, ...YamlFile[]]
  readonly warnings: readonly Warning[]
  /** As apko's locks have it (`config.checksum`): over the bytes of all files in this order. Undefined when one was not read. */
  readonly checksum: string | undefined
}

/**
 * Reads a file and the chain of its `include`s, which are relative to the workspace (apko reads them from where it runs).
 * Fails with CONFIG_MISSING or CONFIG_INVALID at the line that includes.
 */
export async function readIncludes(absolute: string, file: string, workspace: string): Promise<IncludeChain> {
  const main = await readMapping(absolute, file)
  const files: [YamlFile, ...YamlFile[]] = [main]
  const paths = [absolute]
  const seen = new Set([normalize(file)])
  for (let last = main; ;) {
    const include = nodeAt(last.value, ['include'])
    if (include === undefined || include === null || include === '') {
      return { files, warnings: [], checksum: await checksumOf(paths) }
    }
    const at = last.placeOf(['include'])
    if (typeof include !== 'string') throw invalid('"include" is not a text', at)
    if (isRemote(include)) {
      return { files, warnings: [{ text: remoteText(include), at }], checksum: undefined }
    }
    if (seen.has(normalize(include))) throw invalid(`"${include}" is included in a circle`, at)
    seen.add(normalize(include))
    last = await readIncluded(resolve(workspace, include), include, at)
    files.push(last)
    paths.push(resolve(workspace, include))
  }
}

async function checksumOf(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) hash.update(await readFile(path))
  return `sha256-${hash.digest('base64')}`
}

async function readMapping(absolute: string, file: string): Promise<YamlFile> {
  const yaml = await readYamlFile(absolute, file)
  if (!isMapping(yaml.value)) throw invalid('an apko file is a mapping of keys', yaml.placeOf([]))
  return yaml
}

async function readIncluded(absolute: string, include: string, at: Failure['at']): Promise<YamlFile> {
  return readMapping(absolute, include).catch((cause: unknown) => {
    if (!(cause instanceof Failure) || cause.code !== 'CONFIG_MISSING') throw cause
    throw new Failure('CONFIG_MISSING', `${at?.file}:${at?.line}: ${cause.message}`, {
      cause,
      hint: 'The path of "include" is relative to the workspace, not to the file that includes.',
      ...(at && { at }),
    })
  })
}

/** Whether an include names a file in a git repository (`github.com/owner/name/file.yaml@main`). */
function isRemote(include: string): boolean {
  return /^[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\/[^/]+\/[^/]+\//i.test(include)
}

function remoteText(include: string): string {
  return `"${include}" looks like a file in a git repository; only apko before 0.17 includes those, and it was not read here.`
}

function invalid(message: string, at: NonNullable<Failure['at']>): Failure {
  return new Failure('CONFIG_INVALID', `${at.file}:${at.line}: ${message}`, { at })
}
