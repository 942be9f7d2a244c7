import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { ToolCache, ToolCacheEntry } from '../ports.ts'
import { sweepDeadRuns } from './dead-runs.ts'

interface Place {
  readonly target: string
  readonly marker: string
}

/**
 * The ToolCache port in a folder laid out as @actions/tool-cache does: an entry counts when its marker is there too. Ours
 * come in one rename, after the marker; a folder without one is what a crash left, and is replaced. `close` removes fresh
 * folders that are still there.
 */
export function openToolCache(folder: string): ToolCache & { close(): Promise<void> } {
  const workshop = join(folder, '.giropops')
  const ours = new Set<string>()
  let swept: Promise<void> | undefined

  const place = ({ tool, version, arch }: ToolCacheEntry): Place => {
    const target = join(folder, tool, version, arch)
    return { target, marker: `${target}.complete` }
  }
  const fresh = async (): Promise<string> => {
    await mkdir(workshop, { recursive: true })
    const made = await mkdtemp(join(workshop, `${process.pid}-`))
    ours.add(made)
    return made
  }
  const remove = async (made: string): Promise<void> => {
    await rm(made, { recursive: true, force: true })
    ours.delete(made)
  }
  const setAside = async (target: string): Promise<void> => {
    if (!existsSync(target)) return
    const aside = await fresh()
    await rename(target, join(aside, 'old')).catch(unless('ENOENT'))
    await remove(aside)
  }

  return {
    async find(entry) {
      if (process.env['GITHUB_ACTIONS'] !== 'true') return complete(place(entry))
      const { find } = await import('@actions/tool-cache')
      process.env['RUNNER_TOOL_CACHE'] = folder
      return find(entry.tool, entry.version, entry.arch) || undefined
    },
    async fresh() {
      try {
        await (swept ??= sweepDeadRuns(workshop))
        return await fresh()
      } catch (cause) {
        throw unusable(folder, cause)
      }
    },
    async adopt(made, entry) {
      const { target, marker } = place(entry)
      try {
        await mkdir(dirname(target), { recursive: true })
        do {
          if (existsSync(target) && existsSync(marker)) return target
          await setAside(target)
          // First the marker: from the rename on the entry is whole, and nobody takes it for what a crash left.
          await writeFile(marker, '')
        } while (!(await movedTo(target, made)))
        return target
      } catch (cause) {
        throw unusable(folder, cause)
      }
    },
    async discard(entry) {
      const { target, marker } = place(entry)
      try {
        await rm(marker, { force: true })
        await setAside(target)
      } catch (cause) {
        throw unusable(folder, cause)
      }
    },
    async close() {
      for (const made of ours) await remove(made)
    },
  }
}

/** As the runner's own look-up, which would write its commands on a terminal. */
function complete({ target, marker }: Place): string | undefined {
  return existsSync(target) && existsSync(marker) ? target : undefined
}

/** Whether the folder is there now; false when something else is. */
async function movedTo(target: string, made: string): Promise<boolean> {
  return rename(made, target).then(() => true, unless('ENOTEMPTY', 'EEXIST', 'ENOTDIR'))
}

function unless(...expected: readonly string[]): (error: unknown) => false {
  return error => {
    if (expected.includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  }
}

function unusable(folder: string, cause: unknown): unknown {
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Failure('DISK_FULL', `no space left in ${folder} for the tool cache`, {
      hint: 'Make room there, or name another folder in RUNNER_TOOL_CACHE.',
      cause,
    })
  }
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code ?? '')) return cause
  return new Failure('DOWNLOAD_FAILED', `cannot write to the tool cache ${folder} (${code})`, {
    hint: 'Name a folder that this user may write to in RUNNER_TOOL_CACHE.',
    cause,
  })
}
