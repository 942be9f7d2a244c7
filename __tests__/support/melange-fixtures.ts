import { mkdtempSync, readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { findArchitecture, type Architecture } from '../../src/domain/architecture.ts'
import type { Machine } from '../../src/domain/machine.ts'
import type { Tool } from '../../src/domain/tool.ts'
import { readMelangeFile, type MelangeFile } from '../../src/melange/melange-file.ts'

/** Absolute path of a fixture of melange. */
export function fixture(path: string): string {
  return fileURLToPath(new URL(`../fixtures/melange/${path}`, import.meta.url))
}

/** Lines of a real log. */
export function logLines(name: string): readonly string[] {
  return readFileSync(fixture(`logs/${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')
}

/** A melange file of the fixtures; messages name it `<name>.yaml`. */
export function fixtureFile(name: string): Promise<MelangeFile> {
  return readMelangeFile(fixture(`files/${name}.yaml`), `${name}.yaml`)
}

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'melange-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

export function architecture(name: string): Architecture {
  const found = findArchitecture(name)
  if (found === undefined) throw new Error(`no architecture ${name}`)
  return found
}

export function machineAt(workspace: string): Machine {
  return {
    os: 'linux',
    architecture: architecture('amd64'),
    workspace,
    temp: join(workspace, 'temp'),
    dockerHost: 'unix:///var/run/docker.sock',
    dockerConfig: join(workspace, '.docker'),
  }
}

const flags =
  'apk-cache-dir generate-index git-commit git-repo-url namespace vars-file env-file keyring-append repository-append package-append pipeline-dir pipeline-dirs'

/** melange 0.56.5 as far as its flags matter; without `lacking`. */
export function melangeTool(lacking: readonly string[] = []): Tool {
  const known = flags.split(' ').map(flag => `--${flag}`)
  return {
    name: 'melange',
    version: '0.56.5',
    path: '/tools/melange',
    sha256: '0'.repeat(64),
    source: 'path',
    flags: new Set(known.filter(flag => !lacking.includes(flag))),
  }
}
