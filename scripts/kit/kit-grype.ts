import { host } from './kit-host.ts'
import type { Log } from './kit-progress.ts'
import { kitScanner, type KitScanner } from './kit-scanner.ts'

const version = '0.121.2'

/** grype, from the cache or built now from its module. A KitFailure when it cannot be. */
export async function kitGrype(log: Log): Promise<KitScanner> {
  const { os, debian } = host()
  return kitScanner(
    {
      scanner: 'grype',
      version,
      repository: 'anchore/grype',
      stem: `grype_${version}_${os}_${debian}`,
      module: {
        path: 'github.com/anchore/grype',
        main: './cmd/grype',
        flags: ['-trimpath', '-ldflags', `-s -w -X main.version=${version}`],
        expect: 'about 9 minutes',
      },
    },
    log,
  )
}
