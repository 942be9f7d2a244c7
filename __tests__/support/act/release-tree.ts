import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { nameSameCommit } from './same-commit.ts'

const workflow = '.github/workflows/build.yaml'

/**
 * What a caller gets of this repository by `uses`: every folder with an action.yml, dist/ and the reusable workflow, which names
 * its own actions by `reference` (`owner/repo@ref`).
 */
export async function exportRelease(folder: string, reference: string): Promise<string> {
  const names = await readdir('.')
  const actions = names.filter(name => existsSync(join(name, 'action.yml')))
  for (const name of [...actions.map(each => join(each, 'action.yml')), 'action.yml', 'dist']) {
    await cp(name, join(folder, name), { recursive: true })
  }
  await mkdir(join(folder, dirname(workflow)), { recursive: true })
  await writeFile(join(folder, workflow), nameSameCommit(await readFile(workflow, 'utf8'), reference))
  return folder
}
