import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'rolldown'
import { once } from './kit-cache.ts'
import { KitFailure } from './kit-failure.ts'
import { watched, type Log } from './kit-progress.ts'
import { findProgram, run } from './kit-run.ts'

const version = '6.2.1'

/**
 * Path of GitHub's own client of the artifact service (@actions/artifact) as one file without dependencies, as the actions that
 * upload and download artifacts have it inside. From the cache, or made now from npm.
 */
export async function kitArtifactClient(log: Log): Promise<string> {
  const folder = await once(`artifact-client-${version}`, async fresh => {
    const work = (): Promise<void> => make(join(fresh, 'client.mjs'))
    const what = `bundling @actions/artifact ${version} from npm`
    await watched({ what, expect: 'about 10 seconds', log, work })
  })
  return join(folder, 'client.mjs')
}

async function make(file: string): Promise<void> {
  const npm = findProgram('npm')
  if (!npm) throw new KitFailure('npm is not on PATH; it comes with Node.js.')
  const folder = await mkdtemp(join(tmpdir(), 'giropops-kit-artifact-'))
  const entry = join(folder, 'entry.mjs')
  try {
    await writeFile(join(folder, 'package.json'), '{}')
    await writeFile(entry, "export { DefaultArtifactClient } from '@actions/artifact'\n")
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    await run(npm, ['install', ...quiet, `@actions/artifact@${version}`], { cwd: folder })
    await build({
      input: entry,
      cwd: folder,
      platform: 'node',
      logLevel: 'silent',
      output: { file, format: 'esm', codeSplitting: false },
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
