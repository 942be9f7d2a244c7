import { cp, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { KitWheels } from './kit-wheels.ts'

const example = fileURLToPath(new URL('../../examples/senhas', import.meta.url))

/** A workspace with the example and the wheels that it needs, as if it had just been checked out. */
export async function exampleWorkspace(folder: string, wheels: KitWheels): Promise<string> {
  await mkdir(folder, { recursive: true })
  await cp(example, folder, { recursive: true })
  await cp(wheels.folder, join(folder, 'wheels'), { recursive: true })
  return folder
}
