import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildFromModule, versionStamp, type GoModule } from './go-build.ts'
import { once } from './kit-cache.ts'
import { host } from './kit-host.ts'
import type { Log } from './kit-progress.ts'

/** Paths of the programs that judge our signatures. */
export interface KitJudges {
  /** Of today's generation, to whom bundles are the default. */
  readonly cosign: string
  /** Of the one before, which knows the `.sig` tag. */
  readonly olderCosign: string
}

/** A program built from a Go module, in its own words. */
export interface GoProgram {
  readonly program: string
  readonly version: string
  readonly path: string
  readonly main: string
  readonly expect: string
}

const judges: Readonly<Record<keyof KitJudges, GoProgram>> = {
  cosign: {
    program: 'cosign',
    version: '3.1.2',
    path: 'github.com/sigstore/cosign/v3',
    main: './cmd/cosign',
    expect: 'about 4 to 6 minutes',
  },
  olderCosign: {
    program: 'cosign',
    version: '2.6.5',
    path: 'github.com/sigstore/cosign/v2',
    main: './cmd/cosign',
    expect: 'about 3 to 5 minutes',
  },
}

/** The judges, from the cache or built now from their modules, one after the other. */
export async function kitJudges(log: Log): Promise<KitJudges> {
  const cosign = await kitProgram(judges.cosign, log)
  return { cosign, olderCosign: await kitProgram(judges.olderCosign, log) }
}

/** Path of a program, from the cache or built now. */
export async function kitProgram({ program, version, ...source }: GoProgram, log: Log): Promise<string> {
  const { os, debian } = host()
  const folder = await once(`programs-${os}_${debian}/${program}-${version}`, async fresh => {
    const module: GoModule = { ...source, flags: ['-ldflags', versionStamp(version)] }
    const { binary } = await buildFromModule(program, version, log, module)
    await writeFile(join(fresh, program), binary, { mode: 0o755 })
  })
  return join(folder, program)
}
