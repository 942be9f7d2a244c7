import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Failure } from '../domain/failure.ts'
import { throwIfAny } from '../domain/failures.ts'
import { takesFlag } from '../domain/tool.ts'
import { hiddenFlag } from './build-arguments.ts'
import type { ImagesRequest } from './image-request.ts'
import type { Ports } from '../ports.ts'

/** Finds what apko would choke on before it runs: missing files, options that this apko does not have. Fails with all at once. */
export async function checkOptions(request: ImagesRequest, { log }: Pick<Ports, 'log'>): Promise<void> {
  const { options, apko, workspace } = request
  const isFile = async (path: string): Promise<boolean> => {
    return (await stat(resolve(workspace, path)).catch(() => undefined))?.isFile() ?? false
  }
  const found: Failure[] = []
  for (const key of options.keyring) {
    if (/^https?:\/\//i.test(key) || (await isFile(key))) continue
    found.push(
      new Failure('CONFIG_MISSING', `keyring-append: there is no file ${key}`, {
        hint: 'Give the path of a public key, relative to the workspace, or its URL.',
      }),
    )
  }
  const [locked] = request.images.flatMap(({ lock }) => lock ?? [])
  if (locked !== undefined && !takesFlag(apko, '--lockfile')) {
    found.push(
      new Failure('TOOL_UNSUITED', `apko ${apko.version} does not build from a lock file (${locked.file})`, {
        hint: 'Take apko 0.13 or later, or leave the lock file out.',
      }),
    )
  }
  throwIfAny(found)
  if (options.buildRepositories.length > 0 && !takesFlag(apko, hiddenFlag)) {
    log.notice(
      `apko ${apko.version} has no build repositories; those of build-repository-append are stored in the image.`,
    )
  }
}
