import { mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Machine } from '../domain/machine.ts'
import type { World } from '../ports.ts'

/**
 * Where results go: the folder that was named, else one beside the run's own that stays after it. Made, proven to be writable, and
 * ours alone until the run ends. Fails with INPUT_INVALID.
 */
export async function openOutput(
  named: string | undefined,
  { machine, context, claimFolder }: Pick<World, 'machine' | 'context' | 'claimFolder'>,
): Promise<string> {
  const { workspace } = machine
  const usual = context.workflow ? unnamedOutput(machine) : join(workspace, 'giropops-output')
  const folder = named === undefined ? usual : resolve(workspace, named)
  if (!relative(await realPathOf(folder), await realPathOf(workspace)).startsWith('..')) {
    throw new Failure(
      'INPUT_INVALID',
      `input "output" is ${JSON.stringify(named)}, which holds the workspace itself`,
      {
        hint: 'Name a folder inside of the workspace or elsewhere.',
      },
    )
  }
  try {
    await makeFolder(folder)
    const probe = join(folder, '.giropops-probe')
    await writeFile(probe, '')
    await rm(probe)
    await claimFolder(folder)
  } catch (cause) {
    if (cause instanceof Failure) throw cause
    const reason = (cause as NodeJS.ErrnoException).code
    throw new Failure('INPUT_INVALID', `input "output": cannot write to ${folder} (${reason})`, {
      cause,
      hint: 'Name a folder that may be written to.',
    })
  }
  return folder
}

/** Where a path leads, links followed as far as it exists. */
async function realPathOf(path: string): Promise<string> {
  const parent = dirname(path)
  return realpath(path).catch(async () =>
    parent === path ? path : join(await realPathOf(parent), basename(path)),
  )
}

/** Makes a folder and those above it. `recursive` of node's own never ends where a file system takes no folders (/proc). */
async function makeFolder(folder: string): Promise<void> {
  const isMade = async (): Promise<boolean> =>
    mkdir(folder).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'EEXIST') return true
        if (error.code === 'ENOENT') return false
        throw error
      },
    )
  if (await isMade()) return
  if (dirname(folder) !== folder) await makeFolder(dirname(folder))
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}

/** Removes the folder of a workflow's run that named none and failed: nobody is told where it is. */
export async function dropUnnamedOutput({
  machine,
  context,
}: Pick<World, 'machine' | 'context'>): Promise<void> {
  if (context.workflow) await rm(unnamedOutput(machine), { recursive: true, force: true })
}

function unnamedOutput({ temp }: Machine): string {
  return `${temp}-output`
}
