/** Every check and test, one after the other; the last line counts them. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lintTools } from './kit/kit-lint.ts'

interface Count {
  passed: number
  failed: number
  skipped: number
}

const log = (line: string): void => console.error(line)
const total: Count = { passed: 0, failed: 0, skipped: 0 }
const failed: string[] = []
const folder = await mkdtemp(join(tmpdir(), 'giropops-test-'))

await check('format', 'npx', ['oxfmt', '--check', 'src', '__tests__', 'scripts', 'vitest.config.ts'])
await check('lint', 'npx', ['oxlint', '--type-aware', '--deny-warnings', 'src', '__tests__', 'scripts'])
await check('types', 'npx', ['tsc', '-p', '.'])
await check('documents', process.execPath, ['scripts/docs.ts', '--check'])
await check('bundle is fresh', process.execPath, ['scripts/check-dist.ts'])
const { actionlint, zizmor } = await lintTools(log)
await check('actionlint', actionlint, [])
await check('zizmor', zizmor, ['--offline', '--strict-collection', '--persona', 'pedantic', '--quiet', '.'])
await tests('fast')
await check('test kit', process.execPath, ['scripts/kit/warm.ts'])
await tests('e2e')

await rm(folder, { recursive: true, force: true })
for (const name of failed) console.log(`failed: ${name}`)
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1

async function check(name: string, tool: string, args: readonly string[]): Promise<void> {
  log(`\n=== ${name}`)
  const passed = (await run(tool, args)) === 0
  if (passed) total.passed += 1
  else {
    total.failed += 1
    failed.push(name)
  }
}

async function tests(project: string): Promise<void> {
  log(`\n=== tests: ${project}`)
  const file = join(folder, `${project}.json`)
  const code = await run('npx', [
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${file}`,
  ])
  const report = await readFile(file, 'utf8').then(
    text => JSON.parse(text) as Report,
    () => undefined,
  )
  total.passed += report?.numPassedTests ?? 0
  total.failed += report?.numFailedTests ?? 0
  total.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
  if (code !== 0 && !report?.numFailedTests) {
    total.failed += 1
    failed.push(`vitest ${project} ended with ${code}`)
  }
}

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
}

async function run(tool: string, args: readonly string[]): Promise<number> {
  const child = spawn(tool, args, { stdio: ['ignore', 2, 2] })
  return new Promise(resolve => {
    child.once('error', error => {
      log(String(error))
      resolve(127)
    })
    child.once('exit', code => resolve(code ?? 1))
  })
}
