import { takesFlag } from '../domain/tool.ts'
import type { ImagesRequest, ImageWish } from './image-request.ts'
import { addressOf, isBuiltRepository, isPath, packagesFolder } from './local-repository.ts'
import type { Workbench } from './workbench.ts'

/** Folders that exist and are empty. */
export interface ImageFolders {
  readonly layout: string
  readonly sbom: string
}

/** Flag for repositories that are not stored in the image; apko has it since 0.15. */
export const hiddenFlag = '--build-repository-append'

/** Arguments of `apko build` for one image, to be run in the workbench: every path is as it may be stored in the image. */
export async function buildArguments(
  wish: ImageWish,
  request: ImagesRequest,
  { workbench, folders, lock }: BuildPlaces,
): Promise<readonly string[]> {
  const { options, apko } = request
  const takes = (flag: string): boolean => takesFlag(apko, flag)
  return [
    'build',
    workbench.pathOf(wish.file.file),
    wish.reference,
    `${folders.layout}/`,
    '--arch',
    wish.architectures.map(({ apk }) => apk).join(','),
    '--sbom-path',
    folders.sbom,
    ...(await keyArguments(request, { workbench, built: lock === undefined })),
    ...repositoryArguments(wish, request, { workbench, takes }),
    ...each('--package-append', options.packages),
    ...(lock === undefined ? [] : ['--lockfile', lock]),
    ...(options.cacheDir === undefined ? [] : ['--cache-dir', options.cacheDir]),
    ...(takes('--vcs') ? [`--vcs=${options.vcs}`] : []),
    ...options.extraArgs,
  ]
}

export interface BuildPlaces {
  readonly workbench: Workbench
  readonly folders: ImageFolders
  /** Absolute path of the lock that alone says what is installed. Signatures were checked when it was made. */
  readonly lock?: string
}

/** The keyring of the options, and with `built` the key of this run's packages. apko stores all of them in the image. */
export async function keyArguments(
  { options, repository }: ImagesRequest,
  { workbench, built }: { readonly workbench: Workbench; readonly built: boolean },
): Promise<readonly string[]> {
  const keys = [...(built && repository !== undefined ? [repository.publicKey] : []), ...options.keyring]
  const keyring: string[] = []
  for (const key of keys) keyring.push(await workbench.keyOf(key))
  return each('--keyring-append', [...new Set(keyring)])
}

/** The repositories of the options and that of this run; `takes` tells what the command can. */
export function repositoryArguments(
  wish: ImageWish,
  request: ImagesRequest,
  { workbench, takes }: { readonly workbench: Workbench; readonly takes: (flag: string) => boolean },
): readonly string[] {
  const { options } = request
  const hidden = takes(hiddenFlag) ? hiddenFlag : '--repository-append'
  const inWorkbench = (line: string): string => repositoryIn(workbench, line)
  return [
    ...each('--repository-append', options.repositories.map(inWorkbench)),
    ...each(hidden, options.buildRepositories.map(inWorkbench)),
    ...each(flagForBuilt(wish, request, hidden), [packagesFolder]),
  ]
}

/** Flag that adds the packages of this run; undefined when there are none or the file or an option names them. */
function flagForBuilt({ file }: ImageWish, request: ImagesRequest, hidden: string): string | undefined {
  const { repositories, buildRepositories } = request.options
  const stored = [...file.repositories, ...repositories]
  const named = [...stored, ...file.buildRepositories, ...buildRepositories].some(isBuiltRepository)
  if (request.repository === undefined || named) return undefined
  // apko wants at least one repository that is stored in the image.
  return stored.length === 0 ? '--repository-append' : hidden
}

function repositoryIn(workbench: Workbench, line: string): string {
  const address = addressOf(line)
  if (!isPath(address) || isBuiltRepository(line)) return line
  return line.replace(/\S+\s*$/, () => workbench.pathOf(address))
}

/** apko reads values of repeatable flags as a line of CSV: what has commas or quotes is quoted. */
function each(flag: string | undefined, values: readonly string[]): readonly string[] {
  if (flag === undefined) return []
  return values.flatMap(value => [flag, /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value])
}
