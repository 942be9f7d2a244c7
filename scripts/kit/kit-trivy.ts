import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { kitCache } from './kit-cache.ts'
import { host } from './kit-host.ts'
import type { Log } from './kit-progress.ts'
import { kitScanner, type KitScanner } from './kit-scanner.ts'

const version = '0.74.0'
const platforms: Readonly<Record<string, string>> = { amd64: '64bit', arm64: 'ARM64' }

/**
 * trivy, from the cache; built now from its module, which takes its time, only with GIROPOPS_KIT_TRIVY=true. Undefined when it is
 * not there: tests then go by what it wrote once.
 */
export async function kitTrivy(log: Log): Promise<KitScanner | undefined> {
  const { os, debian } = host()
  const cached = existsSync(join(kitCache(), `tools-${os}_${debian}`, `trivy-${version}`))
  if (!cached && process.env['GIROPOPS_KIT_TRIVY'] !== 'true') return undefined
  return kitScanner(
    {
      scanner: 'trivy',
      version,
      repository: 'aquasecurity/trivy',
      stem: `trivy_${version}_Linux-${platforms[debian] ?? debian}`,
      module: {
        path: 'github.com/aquasecurity/trivy',
        main: './cmd/trivy',
        flags: [
          '-trimpath',
          '-ldflags',
          `-s -w -X github.com/aquasecurity/trivy/pkg/version/app.ver=${version}`,
        ],
        env: { GOEXPERIMENT: 'jsonv2' },
        expect: 'about 15 minutes',
      },
    },
    log,
  )
}
