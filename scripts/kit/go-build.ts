import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KitFailure } from './kit-failure.ts'
import { watched, type Log } from './kit-progress.ts'
import { findProgram, run } from './kit-run.ts'

export interface Built {
  readonly binary: Buffer
  readonly licence: Buffer
}

/** Where a tool comes from and how it is built. */
export interface GoModule {
  /** Without the version. */
  readonly path: string
  /** Its main package: `./cmd/cosign`. */
  readonly main: string
  readonly flags: readonly string[]
  /** How long it takes, in words. */
  readonly expect: string
  /** Added to the environment of the build. */
  readonly env?: Readonly<Record<string, string>>
}

/**
 * Builds a tool from its module, for this machine, with the module's own go.sum as the check. `go install` would not do: it
 * asks for the list of versions. A KitFailure when Go is missing or the module cannot be had.
 */
export async function buildFromModule(
  tool: string,
  version: string,
  log: Log,
  module: GoModule = chainguardModule(tool, version),
): Promise<Built> {
  const go = findProgram('go')
  if (!go) {
    throw new KitFailure(
      `${tool} ${version} has to be built, but Go is not installed. Install Go 1.26 or newer from https://go.dev/dl ` +
        "and put it on PATH (Debian's and Ubuntu's package golang is too old).",
    )
  }
  const folder = await mkdtemp(join(tmpdir(), `giropops-kit-${tool}-`))
  const what = `building ${tool} ${version} with Go`
  const expect = `${module.expect} the first time, seconds when Go has its parts in its cache`
  try {
    return await watched({ what, expect, log, work: note => build({ go, module, version, folder, note }) })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function chainguardModule(tool: string, version: string): GoModule {
  return {
    path: `chainguard.dev/${tool}`,
    main: '.',
    flags: ['-trimpath', '-ldflags', versionStamp(version)],
    expect: 'about 2 to 3 minutes',
  }
}

/** Flags of the linker that leave debug information out and write the version in. */
export function versionStamp(version: string): string {
  return `-s -w -X sigs.k8s.io/release-utils/version.gitVersion=v${version}`
}

interface Build {
  readonly go: string
  readonly module: GoModule
  readonly version: string
  readonly folder: string
  readonly note: (how: string) => void
}

async function build({ go, module, version, folder, note }: Build): Promise<Built> {
  note('downloading its source')
  const said = await run(go, ['mod', 'download', '-json', `${module.path}@v${version}`], {
    cwd: folder,
  })
  const { Dir: downloaded } = JSON.parse(said.toString()) as { readonly Dir: string }
  const source = join(folder, 'source')
  await cp(downloaded, source, { recursive: true })
  await run('chmod', ['-R', 'u+w', source])
  note('downloading its dependencies')
  let compiled = 0
  await run(go, ['build', '-v', '-buildvcs=false', ...module.flags, '-o', '../tool', module.main], {
    cwd: source,
    env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off', ...module.env },
    onLine: line => {
      if (!line.startsWith('go: ')) note(`${(compiled += 1)} parts compiled`)
    },
  })
  const licence = await readFile(join(source, 'LICENSE'))
  return { binary: await readFile(join(folder, 'tool')), licence }
}
