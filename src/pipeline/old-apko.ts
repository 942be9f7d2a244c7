import { join } from 'node:path'
import type { Tool } from '../domain/tool.ts'
import { signIndexForOldApko } from '../melange/old-index-signature.ts'
import type { World } from '../ports.ts'
import { readsIndexSignatures } from '../tools/abilities.ts'
import type { MadePackages } from './make-packages.ts'

/** Signs the indexes again in the older form, when this apko reads no other. */
export async function signForOldApko(
  { repository, key }: Pick<MadePackages, 'repository' | 'key'>,
  { apko, melange }: { apko: Pick<Tool, 'version'>; melange: Pick<Tool, 'version'> },
  { log }: Pick<World, 'log'>,
): Promise<void> {
  if (readsIndexSignatures(apko, melange) === 'as-is') return
  log.info(`apko ${apko.version} reads the older form of index signatures only: signing the indexes again`)
  for (const arch of new Set(repository.packages.map(each => each.arch))) {
    await signIndexForOldApko(join(repository.folder, arch, 'APKINDEX.tar.gz'), key)
  }
}
