import { glob, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { BuildTime } from '../domain/build-time.ts'
import type { Log } from '../ports.ts'
import { isRecord } from '../melange/yaml-value.ts'
import { recordFile } from './run-record.ts'

/**
 * Build times from the record of an earlier run, or from every record below a folder. Without one that can be read nothing is known, which a
 * notice says: times make a plan better, never possible.
 */
export async function readKnownTimes(
  path: string | undefined,
  workspace: string,
  log: Pick<Log, 'notice'>,
): Promise<readonly BuildTime[]> {
  if (path === undefined) return []
  const times: BuildTime[] = []
  for (const file of await recordsAt(resolve(workspace, path))) {
    const found = await timesIn(file)
    if (found === undefined)
      log.notice(
        `input "record": ${JSON.stringify(path)} cannot be read as a build record; legs are planned without its times`,
      )
    else times.push(...found)
  }
  return times
}

async function recordsAt(path: string): Promise<readonly string[]> {
  const folder = (await stat(path).catch(() => undefined))?.isDirectory() ?? false
  if (!folder) return [path]
  const files = await Array.fromAsync(glob(`**/${recordFile}`, { cwd: path }))
  return files.length === 0 ? [join(path, recordFile)] : files.sort().map(file => join(path, file))
}

async function timesIn(file: string): Promise<readonly BuildTime[] | undefined> {
  const record = await readFile(file, 'utf8')
    .then(text => JSON.parse(text) as unknown)
    .catch(() => undefined)
  if (!isRecord(record)) return undefined
  const times = isRecord(record['packages']) ? record['packages']['times'] : undefined
  return Array.isArray(times) ? times.filter(isBuildTime) : []
}

function isBuildTime(value: unknown): value is BuildTime {
  if (!isRecord(value)) return false
  const { file, arch, seconds } = value
  return (
    typeof file === 'string' &&
    typeof arch === 'string' &&
    typeof seconds === 'number' &&
    seconds >= 0 &&
    Number.isFinite(seconds)
  )
}
