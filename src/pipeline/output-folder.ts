import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import type { Machine } from '../domain/machine.ts'
import type { World } from '../ports.ts'

/** Where results go: the folder that was named, else one beside the run's own that stays after it. Made, and proven to be writable. */
export async function openOutput(
  named: string | undefined,
  machine: Machine,
  workflow: boolean,
): Promise<string> {
  const usual = workflow ? unnamedOutput(machine) : join(machine.workspace, 'giropops-output')
  const folder = named === undefined ? usual : resolve(machine.workspace, named)
  if (!relative(folder, machine.workspace).startsWith('..')) {
    throw new Failure(
      'INPUT_INVALID',
      `input "output" is ${JSON.stringify(named)}, which holds the workspace itself`,
      {
        hint: 'Name a folder inside of the workspace or elsewhere.',
      },
    )
  }
  try {
    await mkdir(folder, { recursive: true })
    const probe = join(folder, '.giropops-probe')
    await writeFile(probe, '')
    await rm(probe)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code
    throw new Failure('INPUT_INVALID', `input "output": cannot write to ${folder} (${reason})`, {
      cause,
      hint: 'Name a folder that may be written to.',
    })
  }
  return folder
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
