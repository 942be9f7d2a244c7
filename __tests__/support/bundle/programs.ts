import { access, chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Programs of the machine that the fakes and the action need; no container engine and no sandbox is among them. */
const needed = ['cat', 'git']

/** Makes a folder that stands for the whole PATH: the needed programs, and these scripts by name. */
export async function layOutPrograms(
  folder: string,
  scripts: Readonly<Record<string, string>>,
): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of needed) {
    const found = await findProgram(name)
    if (found !== undefined) await symlink(found, join(folder, name))
  }
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`)
    await chmod(join(folder, name), 0o755)
  }
}

/** A bubblewrap that can do everything that melange asks of it. */
export const workingBwrap = 'if [ "$1" = --version ]; then echo "bubblewrap 0.11.0"; fi'

async function findProgram(name: string): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(':')) {
    const path = join(folder, name)
    const found = await access(path).then(
      () => true,
      () => false,
    )
    if (found) return path
  }
  return undefined
}
