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

/**
 * Builds a tool from its module, for this machine, with the module's own go.sum as the check. `go install` would not do: it
 * asks for the list of versions. A KitFailure when Go is missing or the module cannot be had.
 */
export async function buildFromModule(tool: string, version: string, log: Log): Promise<Built> {
  const go = findProgram('go')
  if (!go) {
    throw new KitFailure(
      `${tool} ${version} has to be built, but Go is not installed. Install Go 1.26 or newer from https://go.dev/dl ` +
        "and put it on PATH (Debian's and Ubuntu's package golang is too old).",
    )
  }
  const folder = await mkdtemp(join(tmpdir(), `giropops-kit-${tool}-`))
  const what = `building ${tool} ${version} with Go`
  const expect = 'about 2 to 3 minutes the first time, seconds when Go has its parts in its cache'
  try {
    return await watched({ what, expect, log, work: note => build({ go, tool, version, folder, note }) })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Build {
  readonly go: string
  readonly tool: string
  readonly version: string
  readonly folder: string
  readonly note: (how: string) => void
}

async function build({ go, tool, version, folder, note }: Build): Promise<Built> {
  note('downloading its source')
  const said = await run(go, ['mod', 'download', '-json', `chainguard.dev/${tool}@v${version}`], {
    cwd: folder,
  })
  const { Dir: module } = JSON.parse(said.toString()) as { readonly Dir: string }
  const source = join(folder, 'source')
  await cp(module, source, { recursive: true })
  await run('chmod', ['-R', 'u+w', source])
  note('downloading its dependencies')
  let compiled = 0
  const stamp = `-s -w -X sigs.k8s.io/release-utils/version.gitVersion=v${version}`
  await run(go, ['build', '-v', '-trimpath', '-buildvcs=false', '-ldflags', stamp, '-o', '../tool', '.'], {
    cwd: source,
    env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    onLine: line => {
      if (!line.startsWith('go: ')) note(`${(compiled += 1)} parts compiled`)
    },
  })
  const licence = await readFile(join(source, 'LICENSE'))
  return { binary: await readFile(join(folder, 'tool')), licence }
}
