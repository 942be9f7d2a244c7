import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Inputs } from '../inputs/actions.ts'

type PathInput = 'source-dir' | 'env-file' | 'vars-file' | 'pipeline-dir' | 'keyring-append' | 'packages'
type PathInputs = Partial<Pick<Inputs<'build'> & Inputs<'image'>, PathInput>>

const kinds: Readonly<Record<PathInput, 'file' | 'folder'>> = {
  'source-dir': 'folder',
  'pipeline-dir': 'folder',
  packages: 'folder',
  'env-file': 'file',
  'vars-file': 'file',
  'keyring-append': 'file',
}

/** Looks whether every file and folder that the inputs name is there (CONFIG_MISSING each); URLs are not looked at. */
export async function missingPaths(inputs: PathInputs, workspace: string): Promise<readonly Failure[]> {
  const found: Failure[] = []
  for (const [input, kind] of Object.entries(kinds) as [PathInput, 'file' | 'folder'][]) {
    for (const path of [inputs[input] ?? []].flat()) {
      if (URL.canParse(path)) continue
      const status = await stat(resolve(workspace, path)).catch(() => undefined)
      const right = kind === 'file' ? status?.isFile() : status?.isDirectory()
      if (!right) found.push(missing(input, path, kind))
    }
  }
  return found
}

function missing(input: string, path: string, kind: string): Failure {
  return new Failure('CONFIG_MISSING', `input "${input}": there is no ${kind} ${JSON.stringify(path)}`, {
    hint: 'Paths are relative to the workspace.',
  })
}
