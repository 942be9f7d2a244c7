import type { Ports } from '../ports.ts'
import type { ImagesRequest, ImageWish } from './image-request.ts'
import { keyArguments, repositoryArguments } from './build-arguments.ts'
import type { Workbench } from './workbench.ts'

/**
 * Flags of `apko lock`, which its own help does not list among the commands; empty when this apko has no such command.
 */
export async function askLockFlags(
  { apko }: Pick<ImagesRequest, 'apko'>,
  { processes }: Pick<Ports, 'processes'>,
): Promise<ReadonlySet<string>> {
  const { code, stdout } = await processes.ask({ tool: apko.path, args: ['lock', '--help'] })
  const flags = new Set(
    [...stdout.matchAll(/^ {2,}(?:-\w, )?(--[a-z][a-z-]*)/gm)].map(([, flag = '']) => flag),
  )
  return code === 0 && flags.has('--output') ? flags : new Set()
}

export interface LockPlaces {
  readonly workbench: Workbench
  /** What `apko lock` takes. */
  readonly flags: ReadonlySet<string>
  /** The apko file to resolve, as the workbench names it. */
  readonly config: string
  /** Absolute path of the lock to be written. */
  readonly output: string
}

/** Arguments of `apko lock` for one image: all keys and repositories that its build has, and this run's key besides. */
export async function lockArguments(
  wish: ImageWish,
  request: ImagesRequest,
  { workbench, flags, config, output }: LockPlaces,
): Promise<readonly string[]> {
  const { cacheDir, extraArgs } = request.options
  return [
    'lock',
    config,
    '--output',
    output,
    '--arch',
    wish.architectures.map(({ apk }) => apk).join(','),
    ...(await keyArguments(request, { workbench, built: true })),
    ...repositoryArguments(wish, request, { workbench, takes: flag => flags.has(flag) }),
    ...(cacheDir === undefined || !flags.has('--cache-dir') ? [] : ['--cache-dir', cacheDir]),
    ...takenBy(flags, extraArgs),
  ]
}

/** Short names of flags that change what is resolved. */
const short: Readonly<Record<string, string>> = {
  '-k': '--keyring-append',
  '-r': '--repository-append',
  '-b': '--build-repository-append',
}

/** Further arguments of the build that the lock takes too, with their values. */
function takenBy(flags: ReadonlySet<string>, args: readonly string[]): readonly string[] {
  let taking = false
  return args.filter(argument => {
    const [name = ''] = argument.split('=', 1)
    if (name.startsWith('-')) taking = flags.has(short[name] ?? name)
    return taking
  })
}
