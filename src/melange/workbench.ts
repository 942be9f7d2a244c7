import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildJob } from './build-request.ts'
import { isRecord } from './yaml-value.ts'

/** How a build is told of the repository of this run: melange writes the path into the package. */
export const ownRepository = '.giropops-packages'

/**
 * Absolute path of the folder that melange runs in for a build that sees the repository of this run: the same text names it there
 * in every run. undefined where it runs in the workspace: without that repository, and for an environment that leads out of the workspace (`..`).
 */
export function workbenchOf({ hasRepository, file, place }: BuildJob): string | undefined {
  const environment = isRecord(file.value) ? file.value['environment'] : undefined
  const leadsOut = /\.\.[/"]/.test(JSON.stringify(environment ?? ''))
  return hasRepository && !leadsOut ? join(place, 'workbench') : undefined
}

/** Lays out the workbench: a link for each entry of the workspace, so that relative paths mean what they mean there. Answers where melange runs. */
export async function openWorkbench(job: BuildJob): Promise<string> {
  const { machine, repository } = job.request
  const workbench = workbenchOf(job)
  if (workbench === undefined) return machine.workspace
  await mkdir(workbench, { recursive: true })
  for (const name of await readdir(machine.workspace)) {
    if (name !== ownRepository) await symlink(join(machine.workspace, name), join(workbench, name))
  }
  await symlink(repository, join(workbench, ownRepository))
  return workbench
}
