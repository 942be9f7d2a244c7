import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'

/** Bundles a program of this folder (`push-large.ts`) with all it imports into `folder`, as dist/ is made. Answers its path. */
export async function bundle(program: string, folder: string): Promise<string> {
  const name = basename(program, '.ts')
  await build({
    input: { [name]: fileURLToPath(new URL(program, import.meta.url)) },
    platform: 'node',
    logLevel: 'warn',
    output: { dir: folder, format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name].js' },
  })
  await writeFile(join(folder, 'package.json'), '{"type":"module"}\n')
  return join(folder, `${name}.js`)
}
