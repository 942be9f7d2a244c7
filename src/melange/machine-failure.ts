import { runsNatively } from '../domain/architecture.ts'
import type { BuildJob } from './build-request.ts'
import type { BuildWatch } from './build-watch.ts'
import type { Explanation } from './explanation.ts'

/** What the machine lacks: space, an emulator, a sandbox; undefined when it was something else. */
export function explainMachine(
  { file, architecture, request }: BuildJob,
  watch: BuildWatch,
  error: string,
): Explanation | undefined {
  const at = file.placeOf(['package'])
  const all = [error, ...watch.lines.map(({ text }) => text)].join('\n')
  if (/no space left on device/i.test(all)) {
    return {
      code: 'DISK_FULL',
      what: `no space left on the disk: ${error}`,
      at,
      hint: 'Free space, or name a larger disk as "output" and RUNNER_TEMP.',
    }
  }
  const foreign = !runsNatively(request.machine.architecture, architecture)
  if (foreign && (/exec format error/i.test(all) || /Container \w+ is not running/.test(error))) {
    const hint =
      'Set up emulation (`uses: docker/setup-qemu-action@v3`), use native runners in a matrix, or build fewer "platforms".'
    return {
      code: 'EMULATION_MISSING',
      what: `this machine cannot run programs for ${architecture.platform}`,
      at,
      hint,
    }
  }
  if (error.includes('unable to run containers using')) {
    const said = watch.lines.map(({ text }) => text).find(text => text.startsWith('cannot use ')) ?? error
    return {
      code: 'SANDBOX_MISSING',
      what: said.replace(/ arch=\S+$/, ''),
      at,
      hint: 'Try another "runner": bubblewrap, docker or qemu.',
    }
  }
  return undefined
}
