import { join } from 'node:path'
import { once } from './kit-cache.ts'
import type { Log } from './kit-progress.ts'
import { watched } from './kit-progress.ts'
import { findProgram, run } from './kit-run.ts'

const versions = { actionlint: 'v1.7.12', zizmor: '1.32.0' }

/** The linters of workflows, each from its own registry: paths of their programs. */
export async function lintTools(log: Log): Promise<{ actionlint: string; zizmor: string }> {
  const actionlint = await once(`actionlint-${versions.actionlint}`, async folder => {
    const module = `github.com/rhysd/actionlint/cmd/actionlint@${versions.actionlint}`
    const work = () => run('go', ['install', module], { env: { GOBIN: folder, CGO_ENABLED: '0' } })
    await watched({
      what: `actionlint ${versions.actionlint} from its Go module`,
      expect: 'about 10 seconds',
      log,
      work,
    })
  })
  const zizmor = await once(`zizmor-${versions.zizmor}`, async folder => {
    const python = findProgram('python3', 'python') ?? 'python3'
    const args = [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--no-deps',
      '--target',
      folder,
      `zizmor==${versions.zizmor}`,
    ]
    const work = () =>
      run(python, args, { env: { PIP_BREAK_SYSTEM_PACKAGES: '1', PIP_ROOT_USER_ACTION: 'ignore' } })
    await watched({ what: `zizmor ${versions.zizmor} from PyPI`, expect: 'a few seconds', log, work })
  })
  return { actionlint: join(actionlint, 'actionlint'), zizmor: join(zizmor, 'bin', 'zizmor') }
}
