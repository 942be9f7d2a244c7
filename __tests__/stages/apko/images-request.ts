import { join } from 'node:path'
import { readApkoFile } from '../../../src/apko/apko-file.ts'
import type { ImageOptions, ImagesRequest } from '../../../src/apko/image-request.ts'
import { architectures } from '../../../src/domain/architecture.ts'
import type { LockWish } from '../../../src/domain/lock.ts'
import type { Tool } from '../../../src/domain/tool.ts'
import { temporaryFolder } from './temporary-folder.ts'

export const apkoFlags = [
  '--build-repository-append',
  '--repository-append',
  '--keyring-append',
  '--lockfile',
  '--vcs',
]

export const noOptions: ImageOptions = {
  keyring: [],
  repositories: [],
  buildRepositories: [],
  packages: [],
  vcs: false,
  extraArgs: [],
}

export function apkoOf(version: string, flags: readonly string[] = apkoFlags): Tool {
  return { name: 'apko', version, path: '/tools/apko', sha256: '', source: 'path', flags: new Set(flags) }
}

export interface RequestPlan {
  readonly files?: Readonly<Record<string, string>>
  /** apk's names. */
  readonly archs?: readonly string[]
  readonly options?: Partial<ImageOptions>
  readonly apko?: Tool
  readonly built?: boolean
  readonly sourceDateEpoch?: number
  readonly lock?: LockWish
}

const simple = 'contents:\n  repositories: [./packages]\n  packages: [hello]\n'

/** A request for one image in folders that go away with the test. */
export async function imagesRequest(plan: RequestPlan = {}): Promise<ImagesRequest> {
  const workspace = await temporaryFolder(plan.files ?? { 'apko.yaml': simple })
  const folder = await temporaryFolder({ 'melange.rsa.pub': 'key', 'x86_64/APKINDEX.tar.gz': '' })
  const repository = { folder, publicKey: join(folder, 'melange.rsa.pub'), packages: [] }
  const archs = plan.archs ?? ['x86_64', 'aarch64']
  return {
    images: [
      {
        file: await readApkoFile(join(workspace, 'apko.yaml'), 'apko.yaml', workspace),
        architectures: architectures.filter(({ apk }) => archs.includes(apk)),
        reference: 'hello:1.0.0',
        ...(plan.lock && { lock: plan.lock }),
      },
    ],
    apko: plan.apko ?? apkoOf('1.2.31'),
    ...(plan.built !== false && { repository }),
    workspace,
    scratch: await temporaryFolder(),
    output: await temporaryFolder(),
    options: { ...noOptions, ...plan.options },
    ...(plan.sourceDateEpoch !== undefined && { sourceDateEpoch: plan.sourceDateEpoch }),
  }
}
