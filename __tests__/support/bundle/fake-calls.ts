import { appendFile, readdir, readFile, stat } from 'node:fs/promises'
import { readArguments } from './fake-arguments.ts'

/** What a fake tool saw when it was called. */
export interface FakeCall {
  readonly tool: string
  readonly args: readonly string[]
  /** Names of its environment variables. */
  readonly env: readonly string[]
  /** Files below `--source-dir`, when it was given. */
  readonly sources: readonly string[]
  /** Permissions of the file `--signing-key`, in octal digits; empty when none was given. */
  readonly keyMode: string
}

/** Writes down a call in the file `$FAKE_CALLS`, a line of JSON each. */
export async function noteCall(tool: string, args: readonly string[]): Promise<void> {
  const file = process.env['FAKE_CALLS']
  if (file === undefined) return
  const { one } = readArguments(args)
  const key = one('--signing-key')
  const call: FakeCall = {
    tool,
    args,
    env: Object.keys(process.env),
    sources: await filesBelow(one('--source-dir')),
    keyMode: key === '' ? '' : ((await stat(key)).mode & 0o777).toString(8),
  }
  await appendFile(file, `${JSON.stringify(call)}\n`)
}

export async function readCalls(file: string): Promise<readonly FakeCall[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as FakeCall)
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  if (folder === '') return []
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(entry => !entry.isDirectory())
  return files.map(({ parentPath, name }) => `${parentPath}/${name}`.slice(folder.length + 1)).sort()
}
