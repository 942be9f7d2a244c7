import * as core from '@actions/core'
import type { Secrets } from '../ports.ts'
import { wipePath } from './wiped-paths.ts'

const state = 'wipe'

/** Secrets of a workflow: masked by the runner, and wiped by the `post` step, which reads the list from the step's state. */
export function runnerSecrets(): Secrets {
  const paths: string[] = []
  return {
    ...hiding(),
    mask(secret) {
      for (const line of maskable(secret)) core.setSecret(line)
    },
    wipeLater: async path => {
      paths.push(path)
      core.saveState(state, JSON.stringify(paths))
    },
    wipe: async () => {
      for (const path of paths) await wipePath(path)
    },
  }
}

/** Secrets of a laptop: nothing is printed by us, and files are wiped when the command ends. */
export function terminalSecrets(): Secrets {
  const paths: string[] = []
  return {
    ...hiding(),
    mask: () => {},
    wipeLater: async path => void paths.push(path),
    wipe: async () => {
      for (const path of paths) await wipePath(path)
    },
  }
}

function hiding(): Pick<Secrets, 'hideFile' | 'hiddenFiles'> {
  const hiddenFiles: string[] = []
  return { hiddenFiles, hideFile: path => void hiddenFiles.push(path) }
}

/** What the main step left to be wiped. */
export function leftToWipe(): readonly string[] {
  const text = core.getState(state)
  const paths: unknown = text === '' ? [] : JSON.parse(text)
  return Array.isArray(paths) ? paths.filter(path => typeof path === 'string') : []
}

/** The whole secret and each of its lines that is long enough to be told apart from other text. */
function maskable(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).filter(line => line.length > 8 && !line.startsWith('-----'))
  return [...new Set([secret, ...lines])].filter(Boolean)
}
